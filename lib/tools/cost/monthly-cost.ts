import type { Feed } from '../../../lambdas/contract/feed/feed';
import type { BilledResources } from './billed-resources';
import { billedResources, deploymentResources } from './billed-resources';
import { metricShares, monthlyUsage } from './monthly-usage';
import type { Price, PricedUse } from './prices';
import { PRICES } from './prices';

/** US dollars a month. */
export interface CostTotal {
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
export interface Addition {
  readonly name: string;
  readonly count: number;
  readonly listUsd: number;
}

export interface MonthlyCost extends CostTotal {
  readonly sources: number;
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
export function monthlyCost(feed: Feed, sources: number, eventsPerDay: number): MonthlyCost {
  const resources = billedResources(deploymentResources(feed, sources));
  const undetected = billedResources(deploymentResources(feed, sources, { detection: { enabled: false } }));
  const lines = linesOf(resources, eventsPerDay);
  const total = (billed: BilledResources): CostTotal => totalOf(linesOf(billed, eventsPerDay));
  return {
    sources,
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

function line({ label, unit, usd, per, free = 0 }: Price, units: number): CostLine {
  return {
    label,
    units,
    unit,
    listUsd: (units / per) * usd,
    afterFreeUsd: (Math.max(0, units - free) / per) * usd,
  };
}
