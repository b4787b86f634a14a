import { Command, InvalidArgumentError, Option } from 'commander';
import { TENANT_HOST_EXPECTED, tenantHost } from '../../../lambdas/contract/tenant-host';
import { RealTenant } from './real-tenant';
import { SimulatedTenant } from './simulated-tenant';
import type { SimulationOptions } from './simulated-tenant';
import { StartError } from './start-error';
import type { Tenant } from './tenant';

/** The command line of `npm start`, read. */
export interface StartOptions extends SimulationOptions {
  readonly stateFolder: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const MAX_EVENTS = 1_000_000;
const MAX_SEED = 2 ** 31 - 1;

const ENVIRONMENT_HELP = `
Environment:
  NETSKOPE_DOMAIN, NETSKOPE_TOKEN  collect from this tenant instead of the simulator
  NO_COLOR                         no colours`;

/** Reads the arguments. Prints help or what is wrong, and ends the process, as commander does. */
export function readStartOptions(args: readonly string[]): StartOptions {
  return new Command('npm start --')
    .description(
      'Runs the pipeline on this machine, from a simulated or a real Netskope tenant to a local archive.',
    )
    .addOption(new Option('--state-folder <path>', 'where everything is kept').default('.local'))
    .addOption(new Option('--seed <integer>', 'seed of the simulated events (42)').argParser(upTo(MAX_SEED)))
    .addOption(
      new Option('--events <count>', 'simulated events at the first start (30,000)').argParser(
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
 * The real tenant where the environment names one, else the simulator.
 * @throws StartError where only half of it is named, or simulator options are meant for a real tenant
 */
export function chooseTenant(options: StartOptions, environment: Environment): Tenant {
  const { NETSKOPE_DOMAIN: domain = '', NETSKOPE_TOKEN: token = '' } = environment;
  if (domain === '' && token === '') return new SimulatedTenant(options);
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
  return new RealTenant(hostOf(domain), token);
}

function hostOf(domain: string): string {
  const host = tenantHost(domain);
  if (host === undefined) throw new StartError(`NETSKOPE_DOMAIN: ${TENANT_HOST_EXPECTED}`);
  return host;
}

function upTo(maximum: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value <= maximum) return value;
    throw new InvalidArgumentError(`Expected an integer from 0 to ${maximum}.`);
  };
}
