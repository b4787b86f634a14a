import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { nextCommands } from '../../../lib/local/start/next-commands';

const HOME = { feed: AUDIT_FEED, workingFolder: '/home/op/collector' };
const DEFAULT = {
  ...HOME,
  stateFolder: '/home/op/collector/.local',
  folder: '/home/op/collector/.local/simulator',
};

test('npm start ends with four commands, none of which is wider than 100 columns', () => {
  const commands = nextCommands({ ...DEFAULT, user: 'eve@example.com' });
  expect(commands).toEqual([
    'npx --no -- netskope-audit alerts list --local',
    'npx --no -- netskope-audit tail --local --user eve@example.com',
    'npx --no -- netskope-audit report --local --open',
    `duckdb -c "FROM read_json('.local/simulator/s3/*/netskope_audit/**') LIMIT 20"`,
  ]);
  expect(commands.filter((command) => command.length > 100)).toEqual([]);
});

test('without an alert nobody is named', () => {
  expect(nextCommands(DEFAULT)[1]).toBe('npx --no -- netskope-audit tail --local');
});

test('a user whose name is no plain word is one word of the shell all the same', () => {
  const tailOf = (user: string) => nextCommands({ ...DEFAULT, user })[1];
  expect(tailOf('$(reboot)')).toBe("npx --no -- netskope-audit tail --local --user '$(reboot)'");
  expect(tailOf("o'neill `id`")).toBe("npx --no -- netskope-audit tail --local --user 'o'\\''neill `id`'");
  expect(tailOf('Ann Example')).toBe('npx --no -- netskope-audit tail --local --user "Ann Example"');
});

test('another state folder is named, elsewhere by its whole path', () => {
  const elsewhere = { ...HOME, stateFolder: "/tmp/an operator's", folder: "/tmp/an operator's/simulator" };
  expect(nextCommands(elsewhere)).toEqual([
    `npx --no -- netskope-audit alerts list --local --state-folder "/tmp/an operator's"`,
    `npx --no -- netskope-audit tail --local --state-folder "/tmp/an operator's"`,
    `npx --no -- netskope-audit report --local --state-folder "/tmp/an operator's" --open`,
    `duckdb -c "FROM read_json('/tmp/an operator''s/simulator/s3/*/netskope_audit/**') LIMIT 20"`,
  ]);
});
