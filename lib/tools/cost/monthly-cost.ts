import type { Feed } from '../../../lambdas/contract/feed/feed';
import type { BilledResources } from './billed-resources';
import { billedFleet, billedResources, deploymentResources } from './billed-resources';
import { metricShares, monthlyUsage } from './monthly-usage';
import type { Price, PricedUse } from './prices';
import { isFromMemory, PRICES, PRICES_AS_OF, PRICES_REGION } from './prices';

/** US dollars a month. */
interface CostTotal {
  readonly listUsd: number;
  /** In an account that uses AWS's free allowances for nothing else. */
  readonly afterFreeUsd: number;
}

/** One line of the bill. */
interface CostLine extends CostTotal {
  readonly label: string;
  readonly units: number;
  readonly unit: string;
}

/** The cost of one alarm kind or one metric, for all sources together. US dollars a month, list price. */
interface Addition {
  readonly name: string;
  readonly count: number;
  readonly listUsd: number;
}

interface MonthlyCost extends CostTotal {
  readonly sources: number;
  readonly isFleet: boolean;
  readonly eventsPerDay: number;
  /** The most expensive first. */
  readonly lines: readonly CostLine[];
  /** Of the same deployment with its setting `dashboard` false. */
  readonly withoutDashboard: CostTotal;
  /** With `detection.enabled` false. */
  readonly withoutDetection: CostTotal;
  /** With both false. */
  readonly withoutBoth: CostTotal;
  readonly alarms: readonly Addition[];
  readonly metrics: readonly Addition[];
}

/**
 * The monthly bill of the application as it is synthesized.
 * @param eventsPerDay of each source
 */
export function monthlyCost(feed: Feed, sources: number, eventsPerDay: number, isFleet = false): MonthlyCost {
  const billed = (different: object = {}): BilledResources =>
    isFleet
      ? billedFleet(deploymentResources(feed, 0, { ...different, sources: undefined, fleet: true }), sources)
      : billedResources(deploymentResources(feed, sources, { ...different }));
  const resources = billed();
  const undetected = billed({ detection: { enabled: false } });
  const lines = linesOf(resources, eventsPerDay);
  const total = (deployed: BilledResources): CostTotal => totalOf(linesOf(deployed, eventsPerDay));
  return {
    sources,
    isFleet,
    eventsPerDay,
    lines,
    ...totalOf(lines),
    withoutDashboard: total({ ...resources, dashboardMetrics: [] }),
    withoutDetection: total(undetected),
    withoutBoth: total({ ...undetected, dashboardMetrics: [] }),
    alarms: [...resources.alarms].map(([name, { alarms, metrics }]) => ({
      name,
      count: alarms,
      listUsd: metrics * PRICES.alarms.usd,
    })),
    metrics: [...metricShares(resources)].map(([name, share]) => ({
      name,
      count: sources,
      listUsd: sources * share * PRICES.metrics.usd,
    })),
  };
}

function linesOf(resources: BilledResources, eventsPerDay: number): CostLine[] {
  const usage = monthlyUsage(resources, eventsPerDay);
  return (Object.keys(PRICES) as PricedUse[])
    .map((use) => line(PRICES[use], usage[use]))
    .filter(({ units }) => units > 0)
    .sort((a, b) => b.listUsd - a.listUsd);
}

function totalOf(lines: readonly CostLine[]): CostTotal {
  return {
    listUsd: lines.reduce((total, { listUsd }) => total + listUsd, 0),
    afterFreeUsd: lines.reduce((total, { afterFreeUsd }) => total + afterFreeUsd, 0),
  };
}

function line(price: Price, units: number): CostLine {
  const { label, unit, usd, per, free = 0 } = price;
  return {
    label: isFromMemory(price) ? `${label} *` : label,
    units,
    unit,
    listUsd: (units / per) * usd,
    afterFreeUsd: (Math.max(0, units - free) / per) * usd,
  };
}

const ASSUMPTIONS =
  `List prices of ${PRICES_REGION}, ${PRICES_AS_OF}, without tax, in US dollars a month. ` +
  '"*": a price from memory, for AWS\'s page could not be opened. ' +
  '"After the free allowances": in an account that uses nothing else of what AWS gives every account without end.';

/** What can be switched off to save cost. */
const VARIANTS = [
  { of: 'withoutDashboard', label: 'with `dashboard` set to false' },
  { of: 'withoutDetection', label: 'with `detection.enabled` set to false' },
  { of: 'withoutBoth', label: 'with both set to false' },
] as const satisfies readonly { readonly of: keyof MonthlyCost; readonly label: string }[];

/** One bill, line by line, and the cost of each alarm and each metric. */
export function costReport(cost: MonthlyCost): string {
  const rows = cost.lines.map(({ label, units, unit, listUsd, afterFreeUsd }) => [
    label,
    `${count(units)} ${unit}`,
    usd(listUsd),
    usd(afterFreeUsd),
  ]);
  return [
    `${sourcesOf(cost)}${cost.isFleet ? ' of a fleet' : ''} with ${count(cost.eventsPerDay)} events a day each`,
    aligned([
      ['', 'used in a month', 'list price', 'after the free allowances'],
      ...rows,
      ['Total', '', ...totals(cost)],
      ['Total per source', '', usd(cost.listUsd / cost.sources), usd(cost.afterFreeUsd / cost.sources)],
      ...VARIANTS.map(({ label, of }) => [`Total ${label}`, '', ...totals(cost[of])]),
    ]),
    `What each kind of alarm adds (list price):\n${aligned(cost.alarms.map(addition))}`,
    `What each metric adds (list price):\n${aligned(cost.metrics.map(addition))}`,
    ASSUMPTIONS,
  ].join('\n\n');
}

/** Numbers of sources: the columns of the table in docs/deploy.md. */
export const TABLE_SOURCES = [1, 10, 100];

/** Several bills side by side as a Markdown table, list prices. */
export function costTable(costs: readonly MonthlyCost[]): string {
  const labels = [...new Set(costs.flatMap(({ lines }) => lines.map(({ label }) => label)))];
  const rows = labels.map((label) => [
    label,
    ...costs.map(({ lines }) => usd(lines.find((line) => line.label === label)?.listUsd ?? 0)),
  ]);
  const head = ['', ...costs.map(sourcesOf)];
  return [
    head,
    head.map((_, column) => (column === 0 ? '---' : '--:')),
    ...rows,
    ['**Total, list price**', ...costs.map(({ listUsd }) => `**${usd(listUsd)}**`)],
    ['Per source, list price', ...costs.map(({ listUsd, sources }) => usd(listUsd / sources))],
    ['**Total after the free allowances**', ...costs.map(({ afterFreeUsd }) => `**${usd(afterFreeUsd)}**`)],
    ...VARIANTS.flatMap(({ label, of }) => [
      [`List price ${label}`, ...costs.map((cost) => totals(cost[of])[0])],
      [`After the free allowances ${label}`, ...costs.map((cost) => totals(cost[of])[1])],
    ]),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .concat('', `${count(costs[0]?.eventsPerDay ?? 0)} events a day and source. ${ASSUMPTIONS}`)
    .join('\n');
}

/** List price, and cost after the free allowances. */
function totals({ listUsd, afterFreeUsd }: CostTotal): [string, string] {
  return [usd(listUsd), usd(afterFreeUsd)];
}

function addition({ name, count: alarms, listUsd }: Addition): string[] {
  return [name, `${alarms} ×`, usd(listUsd)];
}

function sourcesOf({ sources }: MonthlyCost): string {
  return sources === 1 ? '1 source' : `${sources} sources`;
}

/** Aligns the first column to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

function usd(amount: number): string {
  if (amount > 0 && amount < 0.005) return '<0.01';
  return amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function count(units: number): string {
  return units.toLocaleString('en-US', { maximumFractionDigits: units < 10 ? 3 : 0 });
}
