import { spreadOf } from '../../../lib/tools/bench/bench-table';

describe('spread', () => {
  it('is the middle of an odd number of values, and the mean of the two middle ones of an even number', () => {
    expect(spreadOf([30, 10, 20])).toEqual({ median: 20, min: 10, max: 30 });
    expect(spreadOf([40, 10, 20, 30])).toEqual({ median: 25, min: 10, max: 40 });
  });

  it('needs at least one measurement', () => {
    expect(() => spreadOf([])).toThrow('no measurement to summarize; expected at least one');
  });
});
