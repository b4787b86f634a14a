import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as logs from 'aws-cdk-lib/aws-logs';

/** A dashboard is this many columns wide (Amazon CloudWatch API reference, "Dashboard body structure and syntax"). */
export const FULL_WIDTH = 24;
export const TILE_HEIGHT = 3;
const GRAPH_HEIGHT = 7;

/**
 * A graph of a dashboard.
 * @param width in columns, of FULL_WIDTH
 */
export function graph(title: string, width: number, props: cloudwatch.GraphWidgetProps): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({ ...props, title, width, height: GRAPH_HEIGHT });
}

const COLUMNS_OF_AN_ALARM = 3;
/** More are scrolled to, so that the graphs of a hundred sources are not pages away. */
const MAX_ROWS_OF_ALARMS = 20;

/**
 * The states of alarms, by name.
 * @param width in columns, of FULL_WIDTH
 */
export function alarmStates(
  title: string,
  width: number,
  alarms: readonly cloudwatch.IAlarm[],
): cloudwatch.IWidget {
  const inARow = Math.floor(width / COLUMNS_OF_AN_ALARM);
  return new cloudwatch.AlarmStatusWidget({
    title,
    alarms: [...alarms],
    sortBy: cloudwatch.AlarmStatusWidgetSortBy.DEFAULT,
    width,
    height: 1 + Math.min(Math.ceil(alarms.length / inARow), MAX_ROWS_OF_ALARMS),
  });
}

interface LatestLines {
  readonly title: string;
  /** In columns, of FULL_WIDTH. */
  readonly width: number;
  readonly logGroups: readonly logs.ILogGroup[];
  /** Lines of CloudWatch Logs Insights that choose fields and lines. */
  readonly query: readonly string[];
}

/** The newest of some lines of the logs. */
export function latestLines({ title, width, logGroups, query }: LatestLines): cloudwatch.IWidget {
  return new cloudwatch.LogQueryWidget({
    title,
    logGroupNames: logGroups.map(({ logGroupName }) => logGroupName),
    queryLines: [...query, 'sort @timestamp desc', 'limit 20'],
    width,
    height: GRAPH_HEIGHT,
  });
}
