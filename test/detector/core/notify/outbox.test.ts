import { gzipSync } from 'node:zlib';
import type { AlertMessage, NewAlert, Outbox } from '../../../../lambdas/detector/core/notify/outbox';
import {
  accept,
  dueAtS,
  EMPTY_OUTBOX,
  incidentOf,
  published,
  take,
} from '../../../../lambdas/detector/core/notify/outbox';
import { NINE_S } from '../../archived';

const MINUTE_S = 60;
const HOUR_S = 3_600;

let alertNumber = 0;
beforeEach(() => {
  alertNumber = 0;
});

/** A new alert of alice at nine, in a group of its own. */
function alert(different: Partial<NewAlert> = {}): NewAlert {
  alertNumber += 1;
  return {
    key: `alert-${alertNumber}`,
    headline: `Headline ${alertNumber}`,
    severity: 'high',
    groupId: `group-${alertNumber}`,
    update: 'raised',
    isHistoric: false,
    actors: ['alice@corp.example'],
    firstS: NINE_S,
    lastS: NINE_S,
    ...different,
  };
}

/** One source over time: what it accepts is published at once, as far as it is to be told. */
class Source {
  outbox: Outbox = EMPTY_OUTBOX;
  nowS = NINE_S;

  /** @returns keys of the alerts of each message that goes out */
  raise(...alerts: readonly NewAlert[]): readonly (readonly string[])[] {
    return this.publish(accept(this.outbox, alerts, this.nowS)).map((message) =>
      message.alerts.map(({ key }) => key),
    );
  }

  /** Time passes, and the schedule looks what is due. */
  after(minutes: number): readonly AlertMessage[] {
    this.nowS += minutes * MINUTE_S;
    const due = dueAtS(this.outbox);
    return due !== undefined && due <= this.nowS ? this.publish(this.outbox) : [];
  }

  private publish(outbox: Outbox): readonly AlertMessage[] {
    const step = take(outbox, this.nowS);
    this.outbox = step.taken.reduce(
      (left, message) => published(left, message, { on: ['alerts'], topics: ['alerts'], nowS: this.nowS }),
      step.outbox,
    );
    return step.taken;
  }
}

const keysOf = (messages: readonly AlertMessage[]) =>
  messages.map(({ kind, alerts }) => [kind, ...alerts.map(({ key }) => key)]);

let source: Source;
beforeEach(() => {
  source = new Source();
});

describe('an incident', () => {
  test('is sent at once, with every alert that came with it', () => {
    expect(source.raise(alert(), alert({ severity: 'medium' }))).toEqual([['alert-1', 'alert-2']]);
  });

  test('what follows within the hour waits ten minutes for more, and is sent in one message', () => {
    source.raise(alert());
    expect(source.raise(alert())).toEqual([]);
    expect(source.after(5)).toEqual([]);
    expect(source.raise(alert())).toEqual([]);
    expect(source.after(4)).toEqual([]);
    expect(keysOf(source.after(1))).toEqual([['incident', 'alert-2', 'alert-3']]);
    expect(source.after(60)).toEqual([]);
  });

  test('what is more urgent than everything told does not wait, and takes along what does', () => {
    source.raise(alert());
    source.raise(alert({ severity: 'medium' }));
    expect(source.raise(alert({ severity: 'critical' }))).toEqual([['alert-2', 'alert-3']]);
    expect(source.raise(alert({ severity: 'critical' }))).toEqual([]);
  });

  test('is that of a user or of an address, in any spelling that the alerts share', () => {
    const actors = ['alice@corp.example', '192.0.2.1'];
    source.raise(alert({ actors }));
    expect(source.raise(alert({ actors: ['192.0.2.1', 'bogdan@corp.example'] }))).toEqual([]);
    expect(source.raise(alert({ actors: ['bogdan@corp.example'] }))).toEqual([]);
    expect(source.raise(alert({ actors: ['carla@corp.example'] }))).toEqual([['alert-4']]);
    const ids = ['alert-1', 'alert-2', 'alert-3', 'alert-4'].map((key) => incidentOf(source.outbox, key));
    expect(ids).toEqual([
      'incident-20261122T090000Z-682dc44f',
      'incident-20261122T090000Z-682dc44f',
      'incident-20261122T090000Z-682dc44f',
      'incident-20261122T090000Z-d9b6291f',
    ]);
  });

  test.each([
    [3_599, 1],
    [3_600, 2],
    [-3_599, 1],
    [-3_600, 2],
  ])('%d s between their events: %d incidents', (afterS, incidents) => {
    const times = { firstS: NINE_S + afterS, lastS: NINE_S + afterS };
    source.raise(alert(), alert(times));
    expect(source.outbox.incidents).toHaveLength(incidents);
  });

  test('goes on as long as its alerts come closer together than an hour', () => {
    for (const minute of [0, 50, 100, 150]) {
      source.nowS = NINE_S + minute * MINUTE_S;
      source.raise(alert({ firstS: source.nowS, lastS: source.nowS }));
    }
    expect(source.outbox.incidents).toHaveLength(1);
  });
});

describe('a message of an incident', () => {
  const keys = (alerts: readonly { readonly key: string }[] = []) => alerts.map(({ key }) => key);
  const told = (...alerts: readonly NewAlert[]) => {
    const [message] = take(accept(source.outbox, alerts, source.nowS), source.nowS).taken;
    return message;
  };

  test('has what the incident had besides, told or not', () => {
    source.raise(alert({ severity: 'medium' }));
    source.raise(alert({ severity: 'low' }));
    const message = told(alert({ severity: 'critical' }));
    expect([keys(message?.alerts), keys(message?.besides)]).toEqual([['alert-3'], ['alert-1', 'alert-2']]);
  });

  test('has nothing of other incidents, and no end of a window', () => {
    source.raise(alert({ actors: ['bogdan@corp.example'] }));
    source.raise(alert({ groupId: 'group' }));
    source.raise(alert({ groupId: 'group', update: 'closed' }));
    expect(keys(told(alert({ severity: 'critical' }))?.besides)).toEqual(['alert-2']);
  });

  test('has the time of each, which is that of its last event', () => {
    const message = told(alert({ firstS: NINE_S, lastS: NINE_S + 90 }));
    expect(message?.alerts.map(({ atS }) => atS)).toEqual([NINE_S + 90]);
  });

  test('has the latest twelve of very many', () => {
    source.raise(...Array.from({ length: 30 }, () => alert()));
    const message = told(alert({ severity: 'critical' }));
    expect(keys(message?.besides)).toEqual(Array.from({ length: 11 }, (_, place) => `alert-${place + 20}`));
  });
});

describe('an alert of low severity', () => {
  const low = (different: Partial<NewAlert> = {}) => alert({ severity: 'low', ...different });

  test('waits for the digest of such, a week after the first of them', () => {
    expect(source.raise(low())).toEqual([]);
    expect(source.after(6 * 24 * 60)).toEqual([]);
    expect(source.raise(low({ actors: ['bogdan@corp.example'] }))).toEqual([]);
    expect(source.after(24 * 60 - 1)).toEqual([]);
    expect(keysOf(source.after(1))).toEqual([['low', 'alert-1', 'alert-2']]);
    expect(dueAtS(source.outbox)).toBeUndefined();
  });

  test('does not make its incident told: what is more urgent is sent at once', () => {
    source.raise(low());
    expect(source.raise(alert({ severity: 'medium' }))).toEqual([['alert-2']]);
  });

  test('that a message about its incident shows is not in the digest', () => {
    source.raise(low(), low({ actors: ['bogdan@corp.example'] }));
    source.raise(alert());
    expect(keysOf(source.after(7 * 24 * 60))).toEqual([['low', 'alert-2']]);
  });

  test('makes no digest if a message about its incident shows it', () => {
    source.raise(low());
    source.raise(alert());
    expect(dueAtS(source.outbox)).toBeUndefined();
  });

  test('that repeats is in the digest each time', () => {
    source.raise(low({ groupId: 'group' }));
    source.raise(low({ groupId: 'group' }));
    expect(keysOf(source.after(7 * 24 * 60))).toEqual([['low', 'alert-1', 'alert-2']]);
  });
});

describe('an alert that the outbox has seen', () => {
  test('is not told again, and keeps its incident', () => {
    const one = alert();
    source.raise(one);
    const before = source.outbox;
    expect(source.raise(one)).toEqual([]);
    expect(source.outbox).toEqual(before);
  });

  test('and was not published is taken by nobody for two minutes, then again', () => {
    const { outbox } = take(accept(EMPTY_OUTBOX, [alert()], NINE_S), NINE_S);
    expect(take(outbox, NINE_S + 119).taken).toEqual([]);
    expect(keysOf(take(outbox, NINE_S + 120).taken)).toEqual([['incident', 'alert-1']]);
    expect(dueAtS(outbox)).toBe(NINE_S + 120);
  });

  test('and was published is due no more', () => {
    source.raise(alert());
    expect(dueAtS(source.outbox)).toBeUndefined();
  });
});

describe('an update', () => {
  test('of an alert that has grown tenfold is sent at once', () => {
    source.raise(alert({ groupId: 'group' }));
    expect(source.raise(alert({ groupId: 'group', update: 'grown' }))).toEqual([['alert-2']]);
  });

  test('of a closed window is sent where it is critical, after ten minutes', () => {
    source.raise(alert({ groupId: 'group', severity: 'critical' }));
    expect(source.raise(alert({ groupId: 'group', severity: 'critical', update: 'closed' }))).toEqual([]);
    expect(keysOf(source.after(10))).toEqual([['incident', 'alert-2']]);
  });

  test('of a closed window is else told to nobody, and belongs to the incident', () => {
    source.raise(alert({ groupId: 'group' }));
    expect(source.raise(alert({ groupId: 'group', update: 'closed' }))).toEqual([]);
    expect(incidentOf(source.outbox, 'alert-2')).toBe('incident-20261122T090000Z-682dc44f');
    expect(source.after(60)).toEqual([]);
  });
});

describe('the same rule and group again and again', () => {
  /** Raises an alert of one group at each of these hours. @returns the hours at which a message went out */
  function toldAt(hours: readonly number[], severity: NewAlert['severity'] = 'high'): readonly number[] {
    return hours.filter((hour) => {
      source.nowS = NINE_S + hour * HOUR_S;
      const times = { firstS: source.nowS, lastS: source.nowS };
      return source.raise(alert({ groupId: 'group', severity, ...times })).length > 0;
    });
  }
  const everyHour = Array.from({ length: 48 }, (_, hour) => hour);

  test('is sent after one hour, six hours, and then once a day', () => {
    expect(toldAt(everyHour)).toEqual([0, 1, 7, 31]);
  });

  test('the next message says how many were not told', () => {
    toldAt([0, 1, 2, 3, 4]);
    source.nowS = NINE_S + 7 * HOUR_S;
    const times = { firstS: source.nowS, lastS: source.nowS };
    const { taken } = take(
      accept(source.outbox, [alert({ groupId: 'group', ...times })], source.nowS),
      source.nowS,
    );
    expect(taken[0]?.alerts[0]?.unsent).toBe(3);
  });

  test('is sent every time if it is critical', () => {
    expect(toldAt([0, 1, 2, 3], 'critical')).toEqual([0, 1, 2, 3]);
  });

  test('is new again after two days without any', () => {
    expect(toldAt([0, 1, 2, 50, 51, 52])).toEqual([0, 1, 50, 51]);
  });

  test('an integration that is refused all day is sent four times', () => {
    expect(toldAt(everyHour.slice(0, 24))).toHaveLength(3);
  });
});

describe('events of the past', () => {
  const historic = (different: Partial<NewAlert> = {}) => alert({ isHistoric: true, ...different });

  test('155 alerts of a first run are one message, an hour after the last', () => {
    for (let minute = 0; minute < 155; minute++) {
      expect(source.raise(historic({ severity: minute === 77 ? 'critical' : 'low' }))).toEqual([]);
      expect(source.after(1)).toEqual([]);
    }
    expect(source.after(58)).toEqual([]);
    const [message, ...others] = source.after(1);
    expect(others).toEqual([]);
    expect(message).toMatchObject({ kind: 'historic', others: 55 });
    expect(message?.alerts.slice(0, 2).map(({ key }) => key)).toEqual(['alert-78', 'alert-1']);
    expect(message?.alerts).toHaveLength(100);
  });

  test('a backfill of days is sent once a day', () => {
    const told: number[] = [];
    for (let hour = 0; hour < 50; hour += 0.5) {
      source.raise(historic());
      if (source.after(30).length > 0) told.push(hour + 0.5);
    }
    expect(told).toEqual([24, 48]);
  });
});

describe('more messages than ten within an hour', () => {
  const stranger = (severity: NewAlert['severity']) =>
    alert({ severity, actors: [`user ${alertNumber}@corp.example`] });

  test('are one digest, an hour after the first of them', () => {
    const told = Array.from({ length: 25 }, () => source.raise(stranger('medium')));
    expect(told.filter((messages) => messages.length > 0)).toHaveLength(10);
    expect(source.after(59)).toEqual([]);
    const [digest, ...others] = source.after(1);
    expect(others).toEqual([]);
    expect(digest).toMatchObject({ kind: 'overflow', others: 0 });
    expect(digest?.alerts).toHaveLength(15);
    expect(digest?.alerts[0]?.key).toBe('alert-11');
  });

  test('a flood of others holds back no urgent one', () => {
    for (let place = 0; place < 30; place++) source.raise(stranger('medium'));
    expect(source.raise(stranger('critical'))).toEqual([['alert-31']]);
  });

  test('of alerts that come at once, too', () => {
    const told = source.raise(...Array.from({ length: 30 }, () => stranger('critical')));
    expect(told).toHaveLength(10);
    expect(source.outbox.overflow?.alerts).toHaveLength(20);
  });

  test('of a message that lists a hundred of its alerts, all are counted', () => {
    const many = Array.from({ length: 130 }, (_, place) =>
      alert({ key: `alert-${place}`, severity: 'critical', actors: ['user alice'] }),
    );
    for (let place = 0; place < 10; place++) source.raise(stranger('critical'));
    expect(source.raise(...many)).toEqual([]);
    const { alerts = [], others } = source.outbox.overflow ?? {};
    expect([alerts.length, others]).toEqual([100, 30]);
  });

  test('after an hour there is room again', () => {
    for (let place = 0; place < 10; place++) source.raise(stranger('medium'));
    source.nowS += HOUR_S;
    expect(source.raise(stranger('medium'))).toEqual([['alert-11']]);
  });
});

describe('a message for two topics', () => {
  const topics = ['alerts', 'chat'];
  const begun = (): { readonly outbox: Outbox; readonly taken: readonly AlertMessage[] } =>
    take(accept(EMPTY_OUTBOX, [alert(), alert({ actors: ['bogdan@corp.example'] })], NINE_S), NINE_S);

  test('stays with the name of the one that it is on, and is not counted', () => {
    const { outbox, taken } = begun();
    const [first, second] = taken as readonly [AlertMessage, AlertMessage];
    const half = published(outbox, second, { on: ['alerts'], topics, nowS: NINE_S });
    expect(half.ready).toEqual([first, { ...second, publishedOn: ['alerts'] }]);
    expect(half.sent).toEqual([]);
  });

  test('is out once it is on both', () => {
    const { outbox, taken } = begun();
    const [first, second] = taken as readonly [AlertMessage, AlertMessage];
    const half = published(outbox, second, { on: ['alerts'], topics, nowS: NINE_S });
    const whole = published(half, second, { on: ['chat'], topics, nowS: NINE_S + 60 });
    expect(whole.ready).toEqual([first]);
    expect(whole.sent).toEqual([{ atS: NINE_S + 60, isUrgent: true }]);
  });

  test('changes nothing if it is out already', () => {
    const [message] = begun().taken;
    expect(published(EMPTY_OUTBOX, message!, { on: topics, topics, nowS: NINE_S })).toBe(EMPTY_OUTBOX);
  });
});

describe('a digest that cannot be published', () => {
  const DUE_S = NINE_S + HOUR_S;

  test('grows, and no second one is made', () => {
    const old = (): NewAlert => alert({ isHistoric: true });
    const first = take(accept(EMPTY_OUTBOX, [old()], NINE_S), DUE_S);
    expect(first.taken.map(({ kind }) => kind)).toEqual(['historic']);
    const later = accept(first.outbox, [old()], DUE_S + 60);
    const again = take(later, DUE_S + 60 + HOUR_S);
    expect(again.taken.map(({ id }) => id)).toEqual([first.taken[0]?.id]);
    expect(again.outbox.historic?.alerts.map(({ key }) => key)).toEqual(['alert-2']);
  });

  test('holds back no other kind of digest', () => {
    const [old, low] = [alert({ isHistoric: true }), alert({ severity: 'low' })];
    const first = take(accept(EMPTY_OUTBOX, [old, low], NINE_S), DUE_S);
    const after = take(first.outbox, NINE_S + 7 * 24 * HOUR_S);
    expect(after.taken.map(({ kind }) => kind).sort()).toEqual(['historic', 'low']);
  });
});

test('what is due first is due', () => {
  const follow = [alert({ severity: 'critical' }), alert({ severity: 'high', lastS: NINE_S + 60 })];
  const told = take(accept(EMPTY_OUTBOX, follow.slice(0, 1), NINE_S), NINE_S);
  const out = published(told.outbox, told.taken[0]!, { on: ['a'], topics: ['a'], nowS: NINE_S });
  const waiting = accept(out, [follow[1]!, alert({ severity: 'low' })], NINE_S + 60);
  expect(dueAtS(waiting)).toBe(NINE_S + 60 + 600);
});

test('an incident is forgotten two hours after its last alert, one with a message to come is not', () => {
  const told = accept(EMPTY_OUTBOX, [alert()], NINE_S);
  const later = (hours: number): readonly string[] =>
    accept(told, [alert({ actors: ['x'], lastS: NINE_S })], NINE_S + hours * HOUR_S).incidents.flatMap(
      ({ actors }) => actors,
    );
  expect(later(1.9)).toEqual(['alice@corp.example', 'x']);
  expect(later(2)).toEqual(['x']);
  const waiting = accept(told, [alert()], NINE_S + 60);
  const kept = accept(waiting, [alert({ actors: ['x'] })], NINE_S + 9 * HOUR_S);
  expect(kept.incidents.flatMap(({ actors }) => actors)).toEqual(['alice@corp.example', 'x']);
});

test('an outbox stays small, whatever comes for days and cannot be published', () => {
  let outbox: Outbox = EMPTY_OUTBOX;
  for (let hour = 0; hour < 24 * 10; hour++)
    for (let place = 0; place < 12; place++) {
      const nowS = NINE_S + hour * HOUR_S;
      const one = alert({
        key: `alerts/netskope_audit/source=netskope/dt=2026-11-22/many-deletes-20261122T090000Z-${hour}-${place}.ndjson.gz`,
        headline: 'x'.repeat(200),
        actors: [`user ${place}@corp.example`],
        groupId: `many-deletes#${hour}-${place}`,
        firstS: nowS,
        lastS: nowS,
      });
      ({ outbox } = take(accept(outbox, [one], nowS), nowS));
    }
  // DynamoDB takes 400 KB.
  expect(gzipSync(JSON.stringify(outbox)).length).toBeLessThan(100_000);
});
