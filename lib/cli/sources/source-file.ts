import {
  MAX_LABEL_LENGTH,
  NoDataWindow,
  SOURCE_ID_PATTERN,
  StartLookback,
} from '../../../lambdas/contract/deployment/collector-event';
import type { FleetSource } from '../../../lambdas/contract/deployment/fleet';
import { ROUND_MINUTES } from '../../../lambdas/contract/deployment/fleet';
import { ExitCode, OperatorError } from '../operator-error';

/** A source as an operator gives it. */
export type GivenSource = Omit<FleetSource, 'addedAtMs'>;

interface Setting {
  readonly expected: string;
  readonly isValid: (value: unknown) => boolean;
}

const SETTINGS = {
  id: {
    expected: 'lower-case letters, digits and hyphens, 40 at most, a letter first',
    isValid: (value) => typeof value === 'string' && SOURCE_ID_PATTERN.test(value),
  },
  label: {
    expected: `a text of 1 to ${MAX_LABEL_LENGTH} characters`,
    isValid: (value) => typeof value === 'string' && value.length > 0 && value.length <= MAX_LABEL_LENGTH,
  },
  startLookbackHours: integer(1, StartLookback.maxHours),
  dailyRecheck: { expected: 'true or false', isValid: isBoolean },
  noDataAlarm: { expected: 'true or false', isValid: isBoolean },
  noDataWindowMinutes: integer(3 * ROUND_MINUTES, NoDataWindow.maxMinutes),
} as const satisfies Readonly<Record<string, Setting>>;

function integer(from: number, to: number): Setting {
  return {
    expected: `an integer from ${from} to ${to}`,
    isValid: (value) => Number.isInteger(value) && (value as number) >= from && (value as number) <= to,
  };
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

/**
 * The sources in a text: a JSON list as in cdk.json, or lines of id and label.
 * @throws OperatorError with every problem at once
 */
export function parseSources(text: string): readonly GivenSource[] {
  const isJson = text.trimStart().startsWith('[');
  return givenSources(isJson ? parsedList(text) : linesOf(text));
}

/** @throws OperatorError with every problem at once */
export function givenSources(entries: readonly unknown[]): readonly GivenSource[] {
  const problems = [
    ...(entries.length === 0 ? ['there is no source'] : []),
    ...entries.flatMap((entry, place) => problemsOf(entry, `source ${place + 1}`)),
    ...repeatedIds(entries),
  ];
  if (problems.length > 0) throw wrong(problems);
  return (entries as readonly Readonly<Record<keyof typeof SETTINGS, never>>[]).map(
    ({ id, label, startLookbackHours, dailyRecheck, noDataAlarm, noDataWindowMinutes }) => ({
      sourceId: id,
      label: label ?? id,
      startLookbackHours: startLookbackHours ?? StartLookback.defaultHours,
      scheduleMinutes: ROUND_MINUTES,
      dailyRecheck: dailyRecheck ?? true,
      ...(noDataAlarm !== false && {
        noDataWindowMinutes: noDataWindowMinutes ?? NoDataWindow.defaultMinutes,
      }),
    }),
  );
}

function parsedList(text: string): readonly unknown[] {
  try {
    return JSON.parse(text) as readonly unknown[];
  } catch (error) {
    throw wrong([`it is no JSON: ${(error as Error).message}`]);
  }
}

/** The rest of a line after the first comma is the label, which may have more of them. */
function linesOf(text: string): readonly object[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && line !== 'id,label')
    .map((line) => {
      const [id = '', ...rest] = line.split(',');
      const label = rest.join(',').trim();
      return { id: id.trim(), ...(label !== '' && { label }) };
    });
}

function problemsOf(entry: unknown, place: string): string[] {
  if (typeof entry !== 'object' || entry === null) return [`${place} is ${shown(entry)}; expected an object`];
  const given = { id: undefined, ...entry } as Readonly<Record<string, unknown>>;
  return Object.entries(given).flatMap(([name, value]) => {
    const setting = Object.hasOwn(SETTINGS, name) ? SETTINGS[name as keyof typeof SETTINGS] : undefined;
    if (setting === undefined)
      return [`${place} has an unknown setting ${shown(name)}; expected ${Object.keys(SETTINGS).join(', ')}`];
    return setting.isValid(value)
      ? []
      : [`${place}: ${name} is ${shown(value)}; expected ${setting.expected}`];
  });
}

function repeatedIds(entries: readonly unknown[]): string[] {
  const ids = entries.map((entry) => (entry as { readonly id?: unknown } | null)?.id);
  const repeated = new Set(ids.filter((id, place) => id !== undefined && ids.indexOf(id) !== place));
  return [...repeated].map((id) => `id ${shown(id)} is there more than once`);
}

const SHOWN_LENGTH = 60;

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'not set').slice(0, SHOWN_LENGTH);
}

/** Problems that are listed at most. */
const MOST_PROBLEMS = 20;

function wrong(problems: readonly string[]): OperatorError {
  const left = problems.length - MOST_PROBLEMS;
  const lines = [...problems.slice(0, MOST_PROBLEMS), ...(left > 0 ? [`and ${left} more`] : [])];
  return new OperatorError({
    what: `No source was added: ${lines.join('; ')}.`,
    whatToDo: 'npx --no -- netskope-audit sources add --help explains it.',
    exitCode: ExitCode.WrongUsage,
  });
}
