import { networkOf, poolOf, sourceNetworkOf } from '../../../../lambdas/detector/core/event/network';

test.each([
  ['198.51.100.17', '198.51.100.0/24'],
  ['198.51.100.255', '198.51.100.0/24'],
  ['198.51.101.17', '198.51.101.0/24'],
  ['::ffff:192.0.2.1', '192.0.2.0/24'],
  ['2001:db8:4a:7:1:2:3:4', '2001:db8:4a::/48'],
  ['2001:0db8:004a:0007::1', '2001:db8:4a::/48'],
  ['2001:db8::1:2:3:4:5', '2001:db8:0::/48'],
  ['fe80::1%eth0', 'fe80:0:0::/48'],
  ['fe80::1%en0.5', 'fe80:0:0::/48'],
  ['::1', '0:0:0::/48'],
  ['1:2:3:4:5:6:192.0.2.1', '1:2:3::/48'],
])('%s lies in %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test.each([
  ['198.51.100.0/24', '198.51.100.0/24'],
  ['2001:db8:4a::/48', '2001:db8:4a::/48'],
  ['2001:db8:4a:7::/64', '2001:db8:4a::/48'],
  ['2001:db8:4a:0::/64', '2001:db8:4a::/48'],
  ['0:0:0:0::/64', '0:0:0::/48'],
])('the network %s is %s, so what was learned before stays known', (network, same) => {
  expect(networkOf(network)).toBe(same);
});

test.each(['', 'student13', '198.51.100', '300.1.1.1', 'a/24'])(
  '%p has no network and stays as it is',
  (text) => {
    expect(networkOf(text)).toBe(text);
  },
);

test.each([
  ['198.51.100.17', '198.51.0.0/16'],
  ['198.51.100.0/24', '198.51.0.0/16'],
  ['2001:db8:4a:7:1:2:3:4', '2001:db8::/32'],
  ['2001:db8:4a::/48', '2001:db8::/32'],
  ['student13', 'student13'],
])('a provider gives %s and others of %s to one customer', (text, pool) => {
  expect(poolOf(text)).toBe(pool);
});

test.each([
  [['198.51.100.17', '192.0.2.1'], '198.51.100.0/24'],
  [[], undefined],
])('an event with the addresses %j came from the network %s', (sourceAddresses, network) => {
  expect(sourceNetworkOf({ sourceAddresses })).toBe(network);
});
