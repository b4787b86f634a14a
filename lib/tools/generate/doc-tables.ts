import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { COLLECTED_FEED } from '../../../lambdas/contract/feed/collected-feed';
import type { FeedSchema, FieldSchema, NestedIndicator } from '../../../lambdas/contract/feed/feed';
import { ADDED_FIELDS } from '../../../lambdas/contract/storage/event-record';
import {
  DEPLOYMENT_ALARMS,
  DETECTION_ALARMS,
  SOURCE_ALARMS,
} from '../../../lambdas/contract/telemetry/alarms';
import { METRICS } from '../../../lambdas/contract/telemetry/metrics';
import { RULES } from '../../../lambdas/detector/rules/index';
import { DEPLOYMENT_SCHEMA, DOCUMENTED } from '../../aws/deployment-schema';
import { createProgram } from '../../cli/command-line';
import { commandAccess } from '../../cli/commands';
import { isChanging } from '../../cli/deployment/access';
import { costTable, monthlyCost, TABLE_SOURCES } from '../cost/monthly-cost';

/** Events a day of each source in the table of costs. */
const EVENTS_PER_DAY = 1000;

/** The generated parts of the documents, by the name in their markers; each is made only if a document has it. */
const PARTS: Readonly<Record<string, () => string>> = {
  'event fields': () =>
    table(['field', 'type', 'required', 'indicators', 'what it says'], eventRows(COLLECTED_FEED.schema)),
  'tolerated deviations': () =>
    table(['field', 'also seen as', 'evidence'], deviationRows(COLLECTED_FEED.schema)),
  'added fields': () =>
    table(
      ['field', 'type', 'what it says'],
      ADDED_FIELDS.map(({ name, type, description }) => [code(name), type, description]),
    ),
  'detection rules': () => table(['rule', 'severity', 'events', 'what it means', 'ATT&CK'], ruleRows()),
  'commands and options': () => table(['command, option', 'what it does'], commandRows()),
  'what commands need in AWS': () => table(['command', 'reads by', 'changes by'], accessRows()),
  'deployment settings': () => table(['setting', 'expected', 'default'], settingRows()),
  'alarms of a source': () => table(['alarm of a source', 'what it means'], alarmRows(SOURCE_ALARMS)),
  'alarms of the deployment': () =>
    table(
      ['alarm of the deployment', 'what it means'],
      alarmRows({ ...DEPLOYMENT_ALARMS, ...DETECTION_ALARMS }),
    ),
  metrics: () =>
    table(
      ['metric', 'unit', 'what it says, and when it is sent'],
      METRICS.map(({ name, unit, description }) => [code(name), unit, description]),
    ),
  'monthly cost': () =>
    costTable(TABLE_SOURCES.map((sources) => monthlyCost(COLLECTED_FEED, sources, EVENTS_PER_DAY))),
};

/**
 * A document with its generated parts replaced. A part is between `<!-- generated: NAME -->` and `<!-- end -->`.
 * @throws Error if a marker names nothing that is generated
 */
export function withGeneratedParts(document: string, importGraph: string): string {
  const parts: typeof PARTS = { ...PARTS, 'import graph': () => importGraph };
  return document.replace(
    /(<!-- generated: (.+?) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, begin: string, name: string, end: string) => {
      const text = parts[name]?.();
      if (text === undefined)
        throw new Error(
          `a document asks for a generated part ${JSON.stringify(name)}; there are: ${Object.keys(parts).join(', ')}`,
        );
      return `${begin}\n${text}\n\n${end}`;
    },
  );
}

function ruleRows(): string[][] {
  return RULES.map(({ id, severity, threshold, description, attack }) => [
    code(id),
    typeof severity === 'function' ? 'by event' : severity,
    String(threshold),
    description,
    attack.map(({ tactic, technique }) => `${tactic}:${technique}`).join(', '),
  ]);
}

/** Each kind leads to its entry in the runbook. */
function alarmRows(alarms: Readonly<Record<string, string>>): string[][] {
  return Object.entries(alarms).map(([kind, means]) => [`[${code(kind)}](runbook.md#${kind})`, means]);
}

function eventRows({ properties, required }: FeedSchema): string[][] {
  return Object.entries(properties).map(([name, field]) => [
    code(name),
    field.logType,
    required.includes(name) ? 'yes' : '',
    [...(field.indicators ?? field.alsoHolds ?? []), ...(field.nestedIndicators ?? []).map(nestedText)].join(
      ', ',
    ),
    field.description,
  ]);
}

function nestedText({ key, indicator, where }: NestedIndicator): string {
  const condition = where === undefined ? '' : ` where ${code(where.key)} is ${where.isOneOf.join(' or ')}`;
  return `${indicator} in ${code(key)}${condition}`;
}

function deviationRows({ properties }: FeedSchema): string[][] {
  const rowsOf = (fields: NonNullable<FieldSchema['properties']>, path: string): string[][] =>
    Object.entries(fields).flatMap(([name, field]) => [
      ...(field.deviations ?? []).map(({ seen, evidence }) => [code(path + name), seen, evidence]),
      ...rowsOf(field.properties ?? {}, `${path}${name}.`),
    ]);
  return rowsOf(properties, '');
}

interface SettingSchema {
  /** Nested settings that are validated outside the schema, by the part of their names after this one's. */
  readonly [DOCUMENTED]?: Readonly<Record<string, SettingSchema>>;
  readonly description?: string;
  readonly default?: unknown;
  readonly items?: SettingSchema;
  readonly properties?: Readonly<Record<string, SettingSchema>>;
}

/** The settings of the CDK context, in the wording of the message for a wrong value. */
function settingRows(): string[][] {
  const rowsOf = (settings: Readonly<Record<string, SettingSchema>>, path: string): string[][] =>
    Object.entries(settings).flatMap(([name, { description = '', items, properties, ...setting }]) => {
      const own = path + name;
      const byDefault = setting.default === undefined ? '' : code(JSON.stringify(setting.default));
      return [
        [code(own), description, byDefault],
        ...rowsOf(items?.properties ?? {}, `${own}[].`),
        ...rowsOf(properties ?? {}, `${own}.`),
        ...rowsOf(setting[DOCUMENTED] ?? {}, own),
      ];
    });
  return rowsOf(DEPLOYMENT_SCHEMA.properties, '');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

/** Rows of every command and subcommand of the operator's command line, each followed by those of its options. */
function commandRows(): string[][] {
  const unused = new PassThrough();
  const program = createProgram({ input: unused, output: unused, error: unused }, () => {
    throw new Error('no command is run here');
  });
  return program.commands.flatMap((command) => rowsOf(command, ''));
}

function rowsOf(command: Command, parent: string): string[][] {
  const help = command.createHelp();
  const name = `${parent}${help.subcommandTerm(command).replace(' [options]', '')}`;
  const options = command.options.map((option) => [`\`${option.flags}\``, help.optionDescription(option)]);
  return [
    [`**\`${name}\`**`, command.description()],
    ...options,
    ...command.commands.flatMap((subcommand) => rowsOf(subcommand, `${command.name()} `)),
  ];
}

/** What each command needs in AWS, and what of it changes something. */
function accessRows(): string[][] {
  const listed = (actions: readonly string[]): string => [...new Set(actions)].sort().map(code).join(', ');
  return Object.entries(commandAccess()).map(([command, access]) => {
    const actions = Object.values(access).flat();
    return [
      code(command),
      listed(actions.filter((action) => !isChanging(action))),
      listed(actions.filter(isChanging)),
    ];
  });
}
