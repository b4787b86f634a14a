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
function acts(seed: number) {
  return ordinaryMonth({ seed, monthS: MONTH_S, daysBefore: 30 });
}

function ordinary(seed: number): Promise<Played> {
  return play(eventsOf(acts(seed), seed), (atS) => (atS < MONTH_S ? HOUR_S : HOUR_S / 4));
}

const SEEDS = [1, 2, 3];

describe('an ordinary month of twenty administrators', () => {
  let months: readonly Played[] = [];
  beforeAll(async () => {
    months = await Promise.all(SEEDS.map(ordinary));
  }, 300_000);

  test('has fewer messages than days', () => {
    expect(months.map(({ mails }) => mails.filter(isOfMonth).length)).toEqual([0, 0, 0]);
  });

  test('has a weekly message of what is low', () => {
    expect(
      months.map(({ mails }) => mails.filter(isOfMonth).filter(({ kind }) => kind === 'low').length),
    ).toEqual([0, 0, 0]);
  });

  test('was more after the first start, while networks were new', () => {
    expect(months.map(({ mails }) => mails.filter(({ atS }) => atS < MONTH_S).length)).toEqual([0, 0, 0]);
  });

  test('costs what the manual says', () => {
    const rows = RULES.map(({ id }) => {
      const alerts = months.map(
        (month) => month.alerts.filter((one) => isRaised(one) && one.rule_id === id).length,
      );
      const mails = months.map(
        (month) =>
          month.mails.filter((mail) => isOfMonth(mail) && mail.rules[0] === id && mail.kind !== 'low').length,
      );
      return [`\`${id}\``, alerts.join(', '), mails.join(', ')];
    });
    expect(rowsBelow('## What each rule costs in noise')).toEqual(rows);
  });
});

/** The cells of the first table below a heading of the manual. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const page = readFileSync(join(__dirname, '../../docs/detect.md'), 'utf8');
  const [, , ...rows] = (page.split(`${heading}\n`)[1] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|'));
  return rows
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .slice(0, RULES.length);
}

describe('an evening of the third week: an account is taken over, and used', () => {
  let mails: readonly Mail[] = [];
  beforeAll(async () => {
    const events = eventsOf([...acts(1), ...intrusion(MONTH_S)], 1);
    const until = events.filter(({ insertedAtS }) => insertedAtS < STORY_DAY_S + DAY_S);
    const played = await play(until, (atS) =>
      atS < MONTH_S ? HOUR_S : atS < STORY_DAY_S ? HOUR_S / 4 : HOUR_S / 12,
    );
    mails = played.mails.filter(({ atS }) => atS >= STORY_DAY_S + 18 * HOUR_S && atS < STORY_DAY_S + DAY_S);
  }, 300_000);

  test('is one incident, told in subjects', () => {
    expect(mails.map(({ atS, subject }) => `${new Date(atS * 1_000).toISOString()} ${subject}`)).toEqual([]);
  });
});
