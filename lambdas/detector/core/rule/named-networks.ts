import { isIP } from 'node:net';
import { insideOf } from '../event/address-block';
import { remembered } from '../event/remembered';
import type { Rule } from './rule';

/** Blocks that count as one network, by a name of one's own: all offices, or the prefixes of a provider's AS. */
export type NamedNetworks = Readonly<Record<string, readonly string[]>>;

/**
 * In a rule about new networks, those of one name are one. It holds for networks that were learned before, too: naming
 * them raises no alert.
 */
export function withNamedNetworks(rule: Rule, networks: NamedNetworks): Rule {
  const { novelty } = rule;
  if (novelty === undefined || Object.keys(networks).length === 0) return rule;
  const { sameAs = (learned: string) => learned } = novelty;
  const nameOf = namesOf(networks);
  return {
    ...rule,
    novelty: {
      ...novelty,
      valueOf: (event) => {
        const value = novelty.valueOf(event);
        return value === undefined ? undefined : nameOf(value);
      },
      sameAs: (learned) => nameOf(sameAs(learned)),
    },
  };
}

/** @returns of a network as `networkOf` writes it, the name; any other text as it is */
function namesOf(networks: NamedNetworks): (network: string) => string {
  const tests = Object.entries(networks).map(([name, blocks]) => ({ name, isInside: insideOf(blocks) }));
  return remembered((network) => {
    const [address = ''] = network.split('/');
    if (isIP(address) === 0) return network;
    return tests.find(({ isInside }) => isInside(address))?.name ?? network;
  });
}
