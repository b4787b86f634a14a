import type { AwsAnswer, AwsCall, AwsEndpoint, AwsRequest, AwsTarget } from '../wire/aws-call';
import { operationFromTarget } from '../wire/aws-request';
import { jsonAnswer, unknownOperation } from '../wire/protocols';
import { describeAlarmHistory } from './alarm-history';
import type { AlarmStore } from './alarms';
import { describeAlarms, setAlarmState } from './alarms';
import { getMetricData } from './metric-statistics';
import type { MetricStore } from './metric-store';
import { putMetricData } from './put-metric-data';

interface CloudWatchState {
  readonly metrics: MetricStore;
  readonly alarms: AlarmStore;
}

/** CloudWatch: stores and returns metrics, and describes and sets existing alarms. */
export class CloudWatchEndpoint implements AwsEndpoint {
  readonly #state: CloudWatchState;
  readonly #nowMs: () => number;

  constructor(state: CloudWatchState, nowMs: () => number) {
    this.#state = state;
    this.#nowMs = nowMs;
  }

  identify(request: AwsRequest): AwsTarget {
    return { operation: operationFromTarget('monitoring', request) };
  }

  async apply(call: AwsCall): Promise<AwsAnswer> {
    return jsonAnswer(call, this.#result(call));
  }

  #result(call: AwsCall): object {
    const { metrics, alarms } = this.#state;
    switch (call.operation) {
      case 'PutMetricData':
        return putMetricData(metrics, call, this.#nowMs());
      case 'GetMetricData':
        return getMetricData(metrics, call.body);
      case 'DescribeAlarms':
        return describeAlarms(alarms, call.body);
      case 'DescribeAlarmHistory':
        return describeAlarmHistory(alarms, call.body);
      case 'SetAlarmState':
        return setAlarmState(alarms, call.body);
      default:
        throw unknownOperation('CloudWatch', call.operation);
    }
  }
}
