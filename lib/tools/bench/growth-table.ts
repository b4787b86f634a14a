import { EVENTS_PER_OBJECT } from './earlier-objects';
import type { BenchResult } from './run-bench';
import { shown, spreadOf } from './spread';

interface Row {
  readonly what: string;
  readonly size: string;
  readonly measured: string;
}

type Grown = Pick<BenchResult, 'peakMemory' | 'growth'>;

/** What grows with what, as a Markdown table with its heading line. */
export function growthTable(result: Grown): string {
  const rows = [pageRows, objectRows, sourceRows, ruleRows].flatMap((part) => part(result));
  return [
    `What grows. Median (least to most) of ${result.growth.repetitions} repetitions; of a fresh process there is one run of each size.`,
    '',
    '| What | Size | Measured |',
    '| --- | --- | --- |',
    ...rows.map(({ what, size, measured }) => `| ${what} | ${size} | ${measured} |`),
    '',
  ].join('\n');
}

function pageRows({ peakMemory }: Grown): Row[] {
  return peakMemory.map(({ pages, cpuMs }) => ({
    what: 'CPU time of a page in a fresh process, its start included, with the pages of the run',
    size: counted(pages, 'page'),
    measured: `${(cpuMs / pages).toFixed(1)} ms`,
  }));
}

function objectRows({ growth }: Grown): Row[] {
  return growth.objects.map(({ objects, moreCpuMs, moreAwsCalls }) => ({
    what: `What a page costs more with objects of ${EVENTS_PER_OBJECT} events in its hour, which an earlier stream wrote`,
    size: counted(objects, 'object'),
    measured: `${shown(spreadOf(moreCpuMs), 1)} ms, ${shown(spreadOf(moreAwsCalls), 0)} calls of AWS`,
  }));
}

function sourceRows({ growth }: Grown): Row[] {
  return growth.sources.map(({ sources, cpuMs }) => ({
    what: 'CPU time of a run that finds nothing, with the sources of its warm process',
    size: counted(sources, 'source'),
    measured: `${shown(spreadOf(cpuMs), 1)} ms`,
  }));
}

/** The first size is the pack. */
function ruleRows({ growth }: Grown): Row[] {
  return growth.rules.map(({ rules, cpuMs }, place) => ({
    what: 'CPU time of evaluating the first page of a source, with the rules',
    size: place === 0 ? `${rules} rules, the pack` : counted(rules, 'rule'),
    measured: `${shown(spreadOf(cpuMs), 1)} ms`,
  }));
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? what : `${what}s`}`;
}
