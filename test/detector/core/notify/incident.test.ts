import type { Incident } from '../../../../lambdas/detector/core/notify/incident';
import { incidentFor } from '../../../../lambdas/detector/core/notify/incident';
import { NINE_S } from '../../archived';

/** The incidents after alerts of these actors, each at so many minutes past nine. */
function incidentsOf(...alerts: readonly (readonly [minute: number, ...actors: string[]])[]) {
  return alerts.reduce<readonly Incident[]>((incidents, [minute, ...actors]) => {
    const times = { firstS: NINE_S + minute * 60, lastS: NINE_S + minute * 60 };
    const { incident, others } = incidentFor(incidents, { key: 'alert-1', actors, ...times }, NINE_S);
    return [...others, incident];
  }, []);
}

test('alerts that come in late carry an incident back in time', () => {
  expect(incidentsOf([0, 'alice'], [-50, 'alice'], [-100, 'alice'])).toMatchObject([
    { firstS: NINE_S - 6_000, lastS: NINE_S },
  ]);
});

test('an incident remembers the latest 60 of its users and addresses', () => {
  const actors = Array.from({ length: 61 }, (_, place) => `user ${place}`);
  expect(incidentsOf([0, ...actors])).toMatchObject([{ actors: actors.slice(1) }]);
});
