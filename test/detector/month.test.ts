import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlertRecord } from '../../lambdas/contract/storage/alert-record';
import { RULES } from '../../lambdas/detector/rules';
import { eventsOf } from '../../lib/local/netskope-simulator/events/audit-event-draft';
import { ordinaryMonth } from '../../lib/local/netskope-simulator/events/ordinary-month';
import { intrusion } from '../../lib/local/netskope-simulator/events/scripted-acts';
import type { Mail, Played } from './played-tenant';
import { play } from './played-tenant';

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;
/** 2026-11-02 00:00 UTC, a Monday. */
const MONTH_S = 1_793_577_600;
/** 18 November, in the third week. */
const STORY_DAY_S = MONTH_S + 16 * DAY_S;

const isOfMonth = ({ atS }: Pick<Mail, 'atS'>): boolean => atS >= MONTH_S && atS < MONTH_S + 30 * DAY_S;
const isRaised = ({ update, first_event_time: time }: AlertRecord): boolean =>
  update === 'raised' && isOfMonth({ atS: Date.parse(time) / 1_000 });

/** A month after another one, in which there is nothing but plain work. */
function ordinary(seed: number): Promise<Played> {
  return play(eventsOf(ordinaryMonth({ seed, monthS: MONTH_S, daysBefore: 30 }), seed), MONTH_S);
}

const SEEDS = [1, 2, 3];

describe('an ordinary month of twenty administrators', () => {
  const months: Played[] = [];
  beforeAll(async () => {
    // One after another: what a month remembers fills the memory, and a process that has grown starts others slowly.
    for (const seed of SEEDS) months.push(await ordinary(seed));
  }, 300_000);

  test('has fewer messages than days', () => {
    expect(months.map(({ mails }) => mails.filter(isOfMonth).length)).toEqual([27, 26, 25]);
  });

  test('costs what the manual says', () => {
    const each = (count: (month: Played) => number): string => months.map(count).join(', ');
    const mailsOf = (is: (mail: Mail) => boolean): string =>
      each(({ mails }) => mails.filter((mail) => isOfMonth(mail) && is(mail)).length);
    const alertsOf = (is: (alert: AlertRecord) => boolean): string =>
      each(({ alerts }) => alerts.filter((alert) => isRaised(alert) && is(alert)).length);
    const isFirstOf = (id: string) => (mail: Mail) => mail.kind !== 'low' && mail.rules[0] === id;
    expect(rowsBelow('## What each rule costs in noise')).toEqual([
      ...RULES.map(({ id }) => [
        `\`${id}\``,
        alertsOf(({ rule_id: of }) => of === id),
        mailsOf(isFirstOf(id)),
      ]),
      ['digest of low alerts', '', mailsOf(({ kind }) => kind === 'low')],
      ['together', alertsOf(() => true), mailsOf(() => true)],
      ['in the 30 days before', '', each(({ mails }) => mails.filter(({ atS }) => atS < MONTH_S).length)],
    ]);
  });
});

/** The cells of the first table below a heading of the manual. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const page = readFileSync(join(__dirname, '../../docs/detect.md'), 'utf8');
  const [, , ...rows] = (page.split(`${heading}\n`)[1] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|'));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('an evening of the third week: an account is taken over, and used', () => {
  let mails: readonly Mail[] = [];
  beforeAll(async () => {
    const acts = [...ordinaryMonth({ seed: 1, monthS: MONTH_S }), ...intrusion(MONTH_S)];
    const until = acts.filter(({ atS }) => atS < STORY_DAY_S + DAY_S);
    const played = await play(eventsOf(until, 1), STORY_DAY_S);
    mails = played.mails.filter(({ atS }) => atS >= STORY_DAY_S + 18 * HOUR_S && atS < STORY_DAY_S + DAY_S);
  }, 300_000);

  test('is one incident in four messages, which tell the night as somebody has to read it', () => {
    const told = mails.map(({ atS, subject, text }) =>
      [new Date(atS * 1_000).toISOString(), `Subject: ${subject}`, '', withoutSql(text), ''].join('\n'),
    );
    expect(told.join('\n')).toBe(readFileSync(join(__dirname, 'intrusion.txt'), 'utf8'));
  });
});

/** The text without the queries, which list the ids of the events. */
function withoutSql(text: string): string {
  return text.replace(/\nSELECT [^;]*?\nORDER BY p_event_time\n/g, '').trimEnd();
}
