import { shown, spreadOf } from '../../../lib/tools/bench/spread';

describe('spread', () => {
  it('is the middle of an odd number of values, and the mean of the two middle ones of an even number', () => {
    expect(spreadOf([30, 10, 20])).toEqual({ median: 20, min: 10, max: 30 });
    expect(spreadOf([40, 10, 20, 30])).toEqual({ median: 25, min: 10, max: 40 });
  });

  it('needs at least one measurement', () => {
    expect(() => spreadOf([])).toThrow('no measurement to summarize; expected at least one');
  });

  it('is shown as the middle, and both ends in brackets', () => {
    expect(shown({ median: 1234.56, min: -0.25, max: 2000 }, 1)).toBe('1,234.6 (-0.3 to 2,000.0)');
  });
});
