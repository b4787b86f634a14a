import { changesByKind } from './audit-event-changes';
import { type Act, kindNamed } from './audit-event-draft';
import { subjectOf } from './audit-event-supporting-data';
import type { Admin, Provider } from './ordinary-tenant';
import { clientUsers, duties, integrations, team } from './ordinary-tenant';
import { hexWord, mulberry32, pick } from './random';
import { monthlyActs } from './scripted-acts';

const S_PER_HOUR = 3_600;
const S_PER_DAY = 86_400;

interface OrdinaryTime {
  /** Any integer; the same options give the same acts. */
  readonly seed: number;
  /** 00:00 UTC of the first day of the month, unix seconds. */
  readonly monthS: number;
  /** Days of plain work before the month, so that the month is not the first that anybody sees. @default 0 */
  readonly daysBefore?: number;
}

/** What happens in a tenant of twenty administrators in a month of 30 days: nothing that anybody should worry about. */
export function ordinaryMonth({ seed, monthS, daysBefore = 0 }: OrdinaryTime): Act[] {
  const random = mulberry32(seed);
  const acts: Act[] = [];
  for (let day = -daysBefore; day < 30; day++) {
    const dayS = monthS + day * S_PER_DAY;
    for (const admin of team) if (isAtWork(admin, day, dayS)) acts.push(...workday(admin, dayS, random));
    acts.push(...apiCalls(dayS, random), ...disabledClients(dayS, random));
  }
  return [...acts, ...monthlyActs(monthS)];
}

function isAtWork(
  { duty, fromDay = -Infinity, untilDay = Infinity }: Admin,
  day: number,
  dayS: number,
): boolean {
  return day >= fromDay && day < untilDay && (duty === 'oncall' || isWeekday(dayS));
}

function isWeekday(dayS: number): boolean {
  return ![0, 6].includes(new Date(dayS * 1000).getUTCDay());
}

/** One or two sessions at one place, each with a login, the admin's work, and a logout. */
function workday(admin: Admin, dayS: number, random: () => number): Act[] {
  const { user, utcOffsetHours, duty, places } = admin;
  const address = addressAt(pick(places, random), random);
  const startS = dayS + (8.5 - utcOffsetHours) * S_PER_HOUR + Math.floor(random() * 5_400);
  const sessions = random() < 0.7 ? [startS, startS + 5 * S_PER_HOUR] : [startS];
  const acts = sessions.flatMap((atS) => [
    ...login(admin, address, atS, random),
    act(user, 'Logout Successful', atS + 3.5 * S_PER_HOUR + Math.floor(random() * 1_800), random),
  ]);
  for (const [kindName, perDay] of Object.entries(duties[duty])) {
    const hours = sessions.length * 3.4;
    for (let count = countOf(perDay, random); count > 0; count--)
      acts.push(act(user, kindName, startS + 120 + Math.floor(random() * hours * S_PER_HOUR), random));
  }
  return acts;
}

/** Passwords are mistyped once or twice; single sign-on fails if a session of the browser is too old. */
function login({ user, login: kind }: Admin, address: string, atS: number, random: () => number): Act[] {
  const failures = random() < (kind === 'Login' ? 0.1 : 0.02) ? 1 + Math.floor(random() * 2) : 0;
  const data = { data_type: 'user', data_values: [address, user] };
  return [
    ...Array.from({ length: failures }, (_, place): Act => ({
      atS: atS - 20 * (place + 1),
      kindName: `${kind} Failed`,
      user,
      data,
    })),
    { atS, kindName: `${kind} Successful`, user, data },
  ];
}

function addressAt(place: string | Provider, random: () => number): string {
  if (typeof place === 'string') return place;
  const { prefixes, networks } = place;
  return `${pick(prefixes, random)}.${Math.floor(random() * networks)}.${1 + Math.floor(random() * 254)}`;
}

/** An act about an object that is usual for its kind, with an ordinary change where the kind has such. */
function act(user: string, kindName: string, atS: number, random: () => number): Act {
  const { supportingData } = kindNamed(kindName);
  let subject = subjectOf(supportingData, { user, address: '' }, random);
  // Nobody edits the own account.
  while (subject.objectName === user) subject = subjectOf(supportingData, { user, address: '' }, random);
  const { data, objectName } = subject;
  // The usual changes are those of policies that hold something back.
  const isAllowing = objectName?.startsWith('Allow') === true;
  const changes = isAllowing ? undefined : changesByKind.get(kindName)?.ordinary;
  return {
    atS,
    kindName,
    user,
    data,
    ...(changes === undefined
      ? {}
      : { change: { objectName: objectName ?? 'Read-only browsing', changes: pick(changes, random) } }),
  };
}

/** A number of events a day: Poisson's distribution, by Knuth's method. */
function countOf(perDay: number, random: () => number): number {
  const limit = Math.exp(-perDay);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

function apiCalls(dayS: number, random: () => number): Act[] {
  return Object.entries(integrations).flatMap(([user, calls]) =>
    calls.flatMap(({ method, path, perDay, hoursUtc: [from, to], status = 200 }) => {
      const count = perDay < 20 ? countOf(perDay, random) : perDay;
      return Array.from({ length: count }, (_, place): Act => {
        const hour = from + ((place + random()) / count) * (to - from);
        return apiCall(user, [status, method, path], dayS + Math.floor(hour * S_PER_HOUR), random);
      });
    }),
  );
}

function apiCall(
  user: string,
  call: readonly [status: number, method: string, path: string],
  atS: number,
  random: () => number,
): Act {
  const values = [...call, `trid=${hexWord(random())}${hexWord(random())}`];
  return { atS, kindName: 'Rest API V2 Call', user, data: { data_type: 'incidents', data_values: values } };
}

function disabledClients(dayS: number, random: () => number): Act[] {
  return Object.entries(clientUsers).flatMap(([user, percent]) =>
    isWeekday(dayS) && random() * 100 < percent
      ? [
          act(
            user,
            'Client Disable Request Submitted',
            dayS + Math.floor((7 + random() * 10) * S_PER_HOUR),
            random,
          ),
        ]
      : [],
  );
}
