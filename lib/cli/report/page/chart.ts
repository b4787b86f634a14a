import { BarChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { countOf, formatCount } from '../../../format/quantities';
import type { Bin } from '../bins';
import { Markup, markup } from './markup';

use([BarChart, GridComponent, LegendComponent, SVGRenderer]);

const WIDTH = 760;
const HEIGHT = 260;

/** As in the rest of the page: dark enough on white, and told apart without their hue. */
const COLORS = ['#1f4e79', '#e0a030', '#b42318'];
const TEXT = '#1f2328';

/** Events by time as bars: archived, in quarantine, missing. */
export function eventsChart(bins: readonly Bin[], unit: 'hour' | 'day'): Markup {
  const isCompared = bins.some(({ missing }) => missing !== undefined);
  const series = [
    { name: 'archived', data: bins.map(({ archived }) => archived) },
    { name: 'in quarantine', data: bins.map(({ quarantined }) => quarantined) },
    ...(isCompared ? [{ name: 'missing', data: bins.map(({ missing = 0 }) => missing) }] : []),
  ];
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  chart.setOption({
    animation: false,
    color: COLORS,
    legend: { top: 0, left: 0, itemGap: 20, textStyle: { color: TEXT } },
    grid: { left: 8, right: 28, top: 36, bottom: 4 },
    xAxis: {
      type: 'category',
      data: bins.map(({ title }) => title.slice('YYYY-'.length)),
      axisLabel: { color: TEXT, hideOverlap: true },
      axisTick: { show: false },
    },
    yAxis: { type: 'value', minInterval: 1, axisLabel: { color: TEXT } },
    series: series.map((one) => ({ ...one, type: 'bar', stack: 'events', barCategoryGap: '20%' })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return markup`<figure>
<div role="img" aria-label="${inWords(bins, unit)}">${new Markup(svg)}</div>
<figcaption>Events by ${unit} of event time, UTC. The table has the same numbers.</figcaption>
</figure>
`;
}

/** The chart for whoever does not see it. */
function inWords(bins: readonly Bin[], unit: string): string {
  const most = bins.reduce((one, other) => (other.archived > one.archived ? other : one));
  const silent = bins.filter(
    ({ archived, quarantined, missing = 0 }) => archived + quarantined + missing === 0,
  );
  const gaps = bins.filter(({ missing = 0 }) => missing > 0);
  return [
    `Bar chart of ${countOf(bins.length, unit)} from ${bins[0]?.title} to ${bins.at(-1)?.title} UTC.`,
    `Most events were archived in ${most.title}: ${formatCount(most.archived)}.`,
    `Without an event: ${countOf(silent.length, unit)}.`,
    gaps.length === 0
      ? ''
      : `Events are missing in ${countOf(gaps.length, unit)}: ${gaps.map(({ title, missing = 0 }) => `${title} (${formatCount(missing)})`).join(', ')}.`,
  ]
    .join(' ')
    .trim();
}
