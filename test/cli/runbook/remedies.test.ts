import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import { ALARMS } from '../../../lambdas/contract/telemetry/alarms';
import { ARCHIVE_PLAYS } from './archive-plays';
import { COLLECTION_PLAYS } from './collection-plays';
import { DETECTION_PLAYS } from './detection-plays';
import type { Play } from './played-runbook';
import { PlayedRunbook } from './played-runbook';

const PLAYS: Readonly<Record<AlarmKind, Play>> = {
  ...COLLECTION_PLAYS,
  ...ARCHIVE_PLAYS,
  ...DETECTION_PLAYS,
};

test.each(Object.keys(ALARMS) as AlarmKind[])('what the entry of %s says ends the alarm', async (kind) => {
  const played = await PlayedRunbook.of(kind);
  try {
    await PLAYS[kind](played);
  } finally {
    await played.stop();
  }
});
