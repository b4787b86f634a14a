import { Command, InvalidArgumentError, Option } from 'commander';
import { EnvVar } from '../../../lambdas/contract/deployment/environment';
import {
  LOOPBACK_ORIGIN_EXPECTED,
  loopbackOrigin,
  shownAddress,
} from '../../../lambdas/contract/deployment/loopback-origin';
import {
  ALLOWED_DOMAINS_EXPECTED,
  foreignHost,
  mayReceiveToken,
  parseAllowedDomains,
  tenantHost,
  tenantHostExpected,
} from '../../../lambdas/contract/deployment/tenant-host';
import { RealTenant } from './real-tenant';
import type { SimulationOptions } from './simulated-tenant';
import { SimulatedTenant } from './simulated-tenant';
import { StartError } from './start-error';
import type { Tenant } from './tenant';

/** The parsed command line of `npm start`. */
interface StartOptions extends SimulationOptions {
  readonly stateFolder: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const MAX_EVENTS = 1_000_000;
const MAX_SEED = 2 ** 31 - 1;

const ENVIRONMENT_HELP = `
Environment:
  NETSKOPE_DOMAIN, NETSKOPE_TOKEN  collect from this tenant instead of the simulator
  NETSKOPE_ALLOWED_DOMAINS         domains beside Netskope's own that the token may be sent to
  NETSKOPE_ENDPOINT_URL            ask this server on loopback in the tenant's place
  NO_COLOR                         no colors`;

/** Parses the arguments. Prints help or an error and ends the process, as commander does. */
export function readStartOptions(args: readonly string[]): StartOptions {
  return new Command('npm start --')
    .description(
      'Runs the pipeline on this machine, from a simulated or a real Netskope tenant to a local archive.',
    )
    .addOption(new Option('--state-folder <path>', 'where everything is kept').default('.local'))
    .addOption(new Option('--seed <integer>', 'seed of the simulated events (42)').argParser(upTo(MAX_SEED)))
    .addOption(
      new Option('--events <count>', 'begin with so many events of every kind, without a story').argParser(
        upTo(MAX_EVENTS),
      ),
    )
    .addOption(
      new Option('--new-events <count>', 'simulated events since the last start').argParser(upTo(MAX_EVENTS)),
    )
    .addOption(new Option('--reset', 'delete the state of the simulator first'))
    .addHelpText('after', ENVIRONMENT_HELP)
    .allowExcessArguments(false)
    .parse(args, { from: 'user' })
    .opts<StartOptions>();
}

/**
 * The real tenant if the environment names one, else the simulator.
 * @throws StartError if only half of it is named, simulator options meet a real tenant, or the token must not go there
 */
export function chooseTenant(options: StartOptions, environment: Environment): Tenant {
  const { NETSKOPE_DOMAIN: domain = '', NETSKOPE_TOKEN: token = '' } = environment;
  const endpoint = endpointIn(environment);
  if (domain === '' && token === '') {
    if (endpoint === undefined) return new SimulatedTenant(options);
    throw new StartError(
      `${EnvVar.NetskopeEndpointUrl} is set, and NETSKOPE_DOMAIN and NETSKOPE_TOKEN are not; expected all three to collect from that server, none of them for the simulator.`,
    );
  }
  if (domain === '' || token === '') {
    const [set, missing] = domain === '' ? ['TOKEN', 'DOMAIN'] : ['DOMAIN', 'TOKEN'];
    throw new StartError(
      `NETSKOPE_${set} is set and NETSKOPE_${missing} is not; expected both for a real tenant, neither for the simulator.`,
    );
  }
  const { seed, events, newEvents, reset } = options;
  if ([seed, events, newEvents, reset].some((option) => option !== undefined)) {
    throw new StartError(
      '--seed, --events, --new-events and --reset are for the simulator; expected none of them while NETSKOPE_DOMAIN is set.',
    );
  }
  const allowedDomains = allowedDomainsIn(environment);
  const host = hostOf(domain, allowedDomains);
  if (endpoint === undefined && !mayReceiveToken(host, allowedDomains)) throw foreign(host);
  return new RealTenant({ domain: host, token, allowedDomains, endpoint });
}

/** @returns undefined if it is not set, or empty */
function endpointIn(environment: Environment): string | undefined {
  const text = environment[EnvVar.NetskopeEndpointUrl] ?? '';
  if (text === '') return undefined;
  const origin = loopbackOrigin(text);
  if (origin !== undefined) return origin;
  throw new StartError(
    `${EnvVar.NetskopeEndpointUrl} is ${shownAddress(text)}; ${LOOPBACK_ORIGIN_EXPECTED}. Unset it for Netskope itself.`,
  );
}

function allowedDomainsIn(environment: Environment): readonly string[] {
  const text = environment[EnvVar.AllowedDomains];
  const domains = parseAllowedDomains(text === '' ? undefined : text);
  if (domains !== undefined) return domains;
  throw new StartError(`${EnvVar.AllowedDomains} is ${JSON.stringify(text)}; ${ALLOWED_DOMAINS_EXPECTED}.`);
}

function hostOf(domain: string, allowedDomains: readonly string[]): string {
  const host = tenantHost(domain);
  if (host !== undefined) return host;
  throw new StartError(`NETSKOPE_DOMAIN: ${tenantHostExpected(domain, allowedDomains)}.`);
}

function foreign(host: string): StartError {
  return new StartError(
    `NETSKOPE_DOMAIN: ${foreignHost(host)}; expected such a host, or one of a domain that ${EnvVar.AllowedDomains} names. The token was not sent.`,
  );
}

function upTo(maximum: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value <= maximum) return value;
    throw new InvalidArgumentError(`Expected an integer from 0 to ${maximum}.`);
  };
}
