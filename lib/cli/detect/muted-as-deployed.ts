import { withMutes } from '../../../lambdas/detector/core/rule/mute';
import type { Tuning } from '../../../lambdas/detector/core/rule/tuning';
import { countOf } from '../../format/quantities';
import { DeployedMutes } from '../mute/deployed-mutes';
import type { Session } from '../session';

/** The tuning without what is muted in the deployment, unless the rules are asked for as they come, and what to say of it. */
export async function mutedAsDeployed(
  session: Session,
  tuning: Tuning,
  { untuned = false }: { readonly untuned?: boolean },
): Promise<{ readonly tuning: Tuning; readonly notes: readonly string[] }> {
  const deployment = await session.deployment();
  if (untuned || deployment.outputs.DetectionTable === undefined) return { tuning, notes: [] };
  try {
    const mutes = await new DeployedMutes(deployment, session.nowMs).read();
    const notes =
      mutes.length === 0 ? [] : [`${countOf(mutes.length, 'mute')} of the deployment counted, too.`];
    return { tuning: withMutes(tuning, { mutes }), notes };
  } catch {
    return {
      tuning,
      notes: ['The mutes of the deployment could not be read, and are left out: mute list says why.'],
    };
  }
}
