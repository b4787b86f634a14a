import type { FoundAlert } from '../../../lib/local/start/found-alerts';
import { alertLines, worstIncident } from '../../../lib/local/start/found-alerts';

function alert(severity: FoundAlert['severity'], headline: string, incident = 'incident-1'): FoundAlert {
  return { update: 'raised', incident_id: incident, historic: false, severity, headline, who: [] };
}

const SPRAY = alert('high', 'Failed logins of many users: 16 users from 244.18.5.77');
const TOKEN = alert('high', 'REST API token created by eve@example.com');
const CLEARED = alert('critical', 'Events were cleared by eve@example.com');
const NETWORK = alert('medium', 'Act from a new network by eve@example.com');
const OTHER = alert('high', 'Policy weakened by ann@example.com', 'incident-2');
const PAST = {
  ...alert('critical', 'Administrator account changed by ann@example.com', 'incident-0'),
  historic: true,
};

test('the worst incident is told, its most urgent alert first, in three alerts', () => {
  expect(alertLines([PAST, OTHER, SPRAY, NETWORK, TOKEN, CLEARED])).toEqual([
    'Alerts: 6, 4 of them one incident',
    '  CRITICAL  Events were cleared by eve@example.com',
    '  HIGH      Failed logins of many users: 16 users from 244.18.5.77',
    '  HIGH      REST API token created by eve@example.com',
    '  and 1 more alert',
  ]);
});

test('alerts about events of the past are counted, and tell no incident', () => {
  expect(alertLines([PAST])).toEqual(['Alerts: 1']);
  expect(worstIncident([PAST])).toEqual([]);
});

test('a headline cannot repaint the terminal', () => {
  expect(alertLines([alert('high', 'by \u001b[2Jeve')])).toEqual([
    'Alerts: 1, 1 of them one incident',
    '  HIGH      by \\u{001b}[2Jeve',
  ]);
});
