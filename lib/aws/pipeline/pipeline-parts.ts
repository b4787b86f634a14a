import { COLLECTED_FEED } from '../../../lambdas/contract/feed/collected-feed';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import type { TuningSettings } from '../../../lambdas/detector/core/rule/tuning';
import {
  collectorFolder,
  dailyMessageFolder,
  detectorFolder,
  fleetFolder,
  verifierFolder,
} from '../../build/package-functions';
import type { SourceSettings } from '../deployment-schema';

/** What a pipeline is made of that its props do not say. */
export interface PipelineParts {
  /** What is collected. */
  readonly feed: Feed;
  /** Folder with the built collector. */
  readonly codeFolder: string;
  /**
   * Builds the detector; called if the settings enable detection.
   * @param tuning is stored next to the code
   * @param rulesFolder rules in addition to the pack; undefined if there are none
   * @returns folder of the build
   */
  readonly buildDetector: (tuning: TuningSettings, rulesFolder?: string) => string;
  /** Builds the function that sends the daily message; called if the settings enable it. @returns folder of the build */
  readonly buildDailyMessage: () => string;
  /** Builds the function of a fleet; called if the deployment is one. @returns folder of the build */
  readonly buildFleet: () => string;
  /** Builds the function that verifies the archive; called if the settings enable it. @returns folder of the build */
  readonly buildVerifier: () => string;
  /** Sources that other stacks collect into the archive, retired ones, too. @default - none */
  readonly furtherSources?: readonly SourceSettings[];
  /** Time of the synthesis, by which exclusions have expired. @default - now */
  readonly nowMs?: number;
}

/** Those of this package: its feed, and its functions. */
export function packagedParts(): PipelineParts {
  return {
    feed: COLLECTED_FEED,
    codeFolder: collectorFolder(),
    buildDetector: detectorFolder,
    buildDailyMessage: dailyMessageFolder,
    buildFleet: fleetFolder,
    buildVerifier: verifierFolder,
  };
}
