import { lambdaHeapOptions } from '../../../lib/tools/bench/run-bench';

describe('heap of a measured function', () => {
  it('is divided as the Lambda runtime divides the memory of a function', () => {
    expect(lambdaHeapOptions(512)).toBe('--max-semi-space-size=25 --max-old-space-size=461');
  });
});
