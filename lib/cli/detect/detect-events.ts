import { hourOf } from '../../../lambdas/contract/storage/archive-layout';
import { ExitCode } from '../operator-error';
import type { Session } from '../session';
import { chooseDetection } from './chosen-detection';
import type { DetectOptions } from './detect-archived';
import { DetectionReport } from './detection-report';
import { readEventsFile } from './events-file';
import { matchLines, ReplayedDetector } from './replayed-detector';

/**
 * Shows the alerts that the detector would have raised for the events of a file. It needs neither a deployment nor an
 * archive.
 */
export async function detectEvents(
  session: Session,
  file: string,
  options: DetectOptions,
  askedSourceId?: string,
): Promise<void> {
  const detection = await chooseDetection(options);
  const { feed } = session;
  const nowMs = session.nowMs();
  const { sourceId, hours, rejected } = await readEventsFile(file, { feed, sourceId: askedSourceId, nowMs });
  const [fromHour, lastHour] = [hours[0]?.hour ?? hourOf(nowMs / 1000), hours.at(-1)?.hour];
  const report = new DetectionReport(session.terminal, {
    sourceId,
    range: { learnFromHour: fromHour, fromHour, endHour: (lastHour ?? fromHour) + 1 },
    firstEventHour: hours[0]?.hour,
    detection,
    shown: options,
    notes: rejected === undefined ? [] : [rejected],
    isFull: options.full === true,
  });
  const detector = new ReplayedDetector();
  for (const { hour, lines } of hours) {
    const matched = { hour, objects: [matchLines(lines, { sourceId, tuning: detection.tuning }, file)] };
    report.add(matched, detector.evaluate(matched));
  }
  report.show();
  if (report.tally.reaches(options.failOn)) session.exitCode = ExitCode.Finding;
}
