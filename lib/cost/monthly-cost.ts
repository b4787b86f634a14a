import { Metric } from '../../lambdas/contract/metrics';
import { billedResources } from './billed-resources';
import { deploymentResources } from './deployment-templates';
import { metricShare, monthlyUsage } from './monthly-usage';
import { PRICES } from './prices';
import type { Price, PricedUse } from './prices';

/** One line of the bill. US dollars a month. */
export interface CostLine {
  readonly label: string;
  readonly units: number;
  readonly unit: string;
  readonly listUsd: number;
  /** In an account that uses nothing else of AWS's free allowances. */
  readonly afterFreeUsd: number;
}

/** What one alarm kind or one metric adds, of all sources together. US dollars a month, list price. */
export interface Addition {
  readonly name: string;
  readonly count: number;
  readonly listUsd: number;
}

export interface MonthlyCost {
  readonly sources: number;
  readonly eventsPerDay: number;
  /** The dearest first. */
  readonly lines: readonly CostLine[];
  readonly listUsd: number;
  readonly afterFreeUsd: number;
  readonly alarms: readonly Addition[];
  readonly metrics: readonly Addition[];
}

/**
 * The bill of a month for the application as it is synthesised.
 * @param eventsPerDay of each source
 */
export function monthlyCost(sources: number, eventsPerDay: number): MonthlyCost {
  const resources = billedResources(deploymentResources(sources));
  const usage = monthlyUsage(resources, eventsPerDay);
  const lines = (Object.keys(PRICES) as PricedUse[])
    .map((use) => line(PRICES[use], usage[use]))
    .filter(({ units }) => units > 0)
    .sort((a, b) => b.listUsd - a.listUsd);
  return {
    sources,
    eventsPerDay,
    lines,
    listUsd: lines.reduce((total, { listUsd }) => total + listUsd, 0),
    afterFreeUsd: lines.reduce((total, { afterFreeUsd }) => total + afterFreeUsd, 0),
    alarms: [...resources.alarms].map(([name, { alarms, metrics }]) => ({
      name,
      count: alarms,
      listUsd: metrics * PRICES.alarms.usd,
    })),
    metrics: Object.values(Metric).map(({ name }) => ({
      name,
      count: sources,
      listUsd: sources * metricShare(name) * PRICES.metrics.usd,
    })),
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
