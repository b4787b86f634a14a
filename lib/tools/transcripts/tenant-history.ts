import type { SimulatedEvent } from '../../local/netskope-simulator/event-log';
import type { AnomalyName } from '../../local/netskope-simulator/events/audit-event-anomalies';
import { generateAuditEvents, oneOfEach } from '../../local/netskope-simulator/events/audit-events';

/** Monday to Sunday. */
const HISTORY = {
  fromEpochS: Date.UTC(2026, 10, 16) / 1000,
  toEpochS: Date.UTC(2026, 10, 23) / 1000,
};
const EVENTS = 1_200;

interface AnomalousEvents {
  readonly anomaly: AnomalyName;
  /** When Netskope stored each, UTC. */
  readonly insertedAt: readonly string[];
}

/** Events that today's collector rejects, and events that only an earlier version rejected. */
const ANOMALOUS_EVENTS: readonly AnomalousEvents[] = [
  { anomaly: 'missing-id', insertedAt: ['2026-11-18T10:20:00Z', '2026-11-19T15:42:00Z'] },
  {
    anomaly: 'absent-supporting-data',
    insertedAt: ['2026-11-18T13:05:00Z', '2026-11-18T13:06:00Z', '2026-11-19T08:51:00Z'],
  },
];

/** All events of the tenant, before and while the transcripts are made. */
export function tenantHistory(): readonly SimulatedEvent[] {
  const ordinary = generateAuditEvents({ ...HISTORY, seed: 4, count: EVENTS, anomalyShare: 0 });
  const odd = ANOMALOUS_EVENTS.flatMap(({ anomaly, insertedAt }) =>
    insertedAt.flatMap((time) => {
      const insertedAtS = Date.parse(time) / 1000;
      return oneOfEach({ seed: insertedAtS, insertedAtS }).filter((event) => event.anomaly === anomaly);
    }),
  );
  return [...ordinary, ...odd];
}
