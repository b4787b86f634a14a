import type { IteratorProtocol } from '../../lambdas/collector/core/protocol/iterator';
import { ITERATOR_PROTOCOL } from '../../lambdas/collector/core/protocol/iterator';
import type { FAULTS, Mishap, Round, Schedule, ServerHabits } from './schedule';
import { FAITHFUL, QUIET, SERVER } from './schedule';

const { reactions } = ITERATOR_PROTOCOL;

/** One rule of the protocol: how to switch it off, and a schedule that ends well with the rule, and not without it. */
export interface Rule {
  readonly without: IteratorProtocol;
  /** Turns what goes wrong in a random schedule into this hazard. @default - the schedule as it is */
  readonly hazard?: Hazard;
  /** The schedule, or the seed of a random one. */
  readonly schedule: Schedule | number;
}

interface Hazard {
  readonly server?: ServerHabits;
  /** Takes the place of every fault. */
  readonly fault?: keyof typeof FAULTS;
  /** Befalls the index after every third round. */
  readonly mishap?: Mishap;
  /** Pause after every third round, in seconds. */
  readonly pauseS?: number;
  /** Pause after every other round, in seconds. */
  readonly otherPauseS?: number;
  /** Strikes the third round alone, after the pause; all other rounds go well, so that what is lost is not met again by chance. */
  readonly isOnce?: true;
}

/** The schedule with this hazard in the place of its own. */
export function focusedOn(hazard: Hazard, schedule: Schedule): Schedule {
  const focused = hazard.isOnce === true ? struckOnce : struckOften;
  const rounds = schedule.rounds.map((round, number) => focused(hazard, round, number));
  const operator = hazard.isOnce === true ? null : schedule.operator;
  return { server: { ...schedule.server, ...hazard.server }, rounds, operator };
}

function struckOften({ fault, mishap, pauseS, otherPauseS }: Hazard, round: Round, number: number): Round {
  const isThird = number % 3 === 1;
  return {
    ...round,
    faults: fault === undefined ? round.faults : replaced(round.faults, fault),
    mishap: (isThird ? mishap : undefined) ?? round.mishap,
    pauseS: (isThird ? pauseS : otherPauseS) ?? round.pauseS,
  };
}

function struckOnce({ fault, mishap, pauseS, otherPauseS }: Hazard, round: Round, number: number): Round {
  const isStruck = number === 2;
  return {
    ...round,
    faults: isStruck && fault !== undefined ? replaced(round.faults, fault) : [],
    mishap: (isStruck ? mishap : undefined) ?? null,
    death: null,
    hasRival: false,
    pauseS: (number === 1 ? pauseS : otherPauseS) ?? round.pauseS,
  };
}

function replaced(faults: Round['faults'], fault: keyof typeof FAULTS): Round['faults'] {
  return faults.map((name) => (name === null ? null : fault));
}

const FORGETFUL = { ...FAITHFUL, forgetsIndexAfterMs: 1_200_000 } as const satisfies ServerHabits;

/** As long as an index may be silent and still be trusted: what is lost falls behind the hour that a beginning overlaps. */
const NEARLY_SILENT = { pauseS: 840, otherPauseS: 840 } as const;

const ORDINARY: Round = { ...QUIET, newEvents: ['plain'], pauseS: 840 };
/** A call is served eight minutes late, after a run that could have taken its page, and before the next one. */
const LATE_CALL: Schedule = {
  server: { ...SERVER, ...FAITHFUL },
  rounds: [
    { ...ORDINARY, newEvents: [] },
    { ...ORDINARY, faults: ['served after more than a schedule'], pauseS: 60 },
    { ...ORDINARY, newEvents: [], pauseS: 200 },
    { ...ORDINARY, faults: ['token refused'], pauseS: 300 },
    ...Array.from({ length: 6 }, () => ORDINARY),
  ],
};

/**
 * Rules of the protocol, each with a schedule that needs it. One is missing: that a 400 to `next` or `resend` begins again at
 * once. Without it nothing is lost, but the feed stands until its index was silent for too long.
 */
export const RULES: Readonly<Record<string, Rule>> = {
  'resend: `next` again after a body that was cut': {
    without: {
      ...ITERATOR_PROTOCOL,
      reactions: { ...reactions, cut: { nextCall: 'same', then: 'after-wait' } },
    },
    hazard: { server: FAITHFUL, fault: 'body cut' },
    schedule: 28,
  },
  'resend: `next` again after a body that cannot be read': {
    without: {
      ...ITERATOR_PROTOCOL,
      reactions: { ...reactions, unreadable: { nextCall: 'same', then: 'after-wait' } },
    },
    hazard: { server: FAITHFUL, fault: 'JSON cut' },
    schedule: 3,
  },
  'resend: `next` again after a 500': {
    without: {
      ...ITERATOR_PROTOCOL,
      reactions: { ...reactions, failed: { nextCall: 'same', then: 'after-wait' } },
    },
    hazard: { server: FAITHFUL, fault: '500, page made' },
    schedule: 28,
  },
  'resend: `next` again after a reset': {
    without: {
      ...ITERATOR_PROTOCOL,
      reactions: { ...reactions, doubtful: { nextCall: 'same', then: 'rest' } },
    },
    hazard: { server: FAITHFUL, fault: 'reset, page made', ...NEARLY_SILENT, isOnce: true },
    schedule: 633,
  },
  'rest: the next run asks again at once': {
    without: { ...ITERATOR_PROTOCOL, isResting: () => false },
    schedule: LATE_CALL,
  },
  'compare: never': { without: { ...ITERATOR_PROTOCOL, comparison: () => 'none' }, schedule: 1 },
  'compare: not after a doubt': {
    without: {
      ...ITERATOR_PROTOCOL,
      comparison: (_call, { touchesHoursOfOthers }) => (touchesHoursOfOthers ? 'hours-of-others' : 'none'),
    },
    schedule: 8,
  },
  'compare: not the page that follows a recovery': {
    without: {
      ...ITERATOR_PROTOCOL,
      comparison: (call, { touchesHoursOfOthers }) =>
        call.operation === 'next' ? (touchesHoursOfOthers ? 'hours-of-others' : 'none') : 'all',
    },
    schedule: 8,
  },
  'compare: not in hours that earlier runs have written': {
    without: {
      ...ITERATOR_PROTOCOL,
      comparison: (call, circumstances) =>
        ITERATOR_PROTOCOL.comparison(call, { ...circumstances, touchesHoursOfOthers: false }),
    },
    schedule: 66,
  },
  'clamp: a watermark ahead of the clock is believed': {
    without: { ...ITERATOR_PROTOCOL, believedWatermarkS: (rawS) => rawS },
    hazard: { server: FORGETFUL, mishap: 'all indexes forgotten' },
    schedule: 18,
  },
  'creep: the watermark is relied on while events are outstanding': {
    without: { ...ITERATOR_PROTOCOL, reliableToS: (_checkpoint, { highS }) => highS },
    hazard: { server: { ...FORGETFUL, windowS: 'none', watermark: 'newest-event' }, pauseS: 30_000 },
    schedule: 56,
  },
  'trust: an index that was silent for long is asked on': {
    without: { ...ITERATOR_PROTOCOL, isSilent: () => false },
    hazard: { server: FORGETFUL, pauseS: 3_600 },
    schedule: 3,
  },
  'two names: a new beginning uses the name of the old one': {
    without: { ...ITERATOR_PROTOCOL, indexName: ({ indexName }) => indexName },
    hazard: { server: FAITHFUL, mishap: 'index broken for good' },
    schedule: 1,
  },
  'gone: an empty `resend` of a forgotten index is believed': {
    without: { ...ITERATOR_PROTOCOL, isForgotten: () => false },
    hazard: {
      server: { ...FAITHFUL, resendWithoutPage: 'empty-without-watermark' },
      fault: 'reset, page not made',
      mishap: 'all indexes forgotten',
      ...NEARLY_SILENT,
      isOnce: true,
    },
    schedule: 633,
  },
  'jump: a watermark that jumps while events are outstanding is believed': {
    without: { ...ITERATOR_PROTOCOL, jumps: () => false },
    hazard: {
      server: { ...FAITHFUL, windowS: 3600, watermark: 'position' },
      fault: 'token refused',
      mishap: 'all indexes forgotten',
      ...NEARLY_SILENT,
      pauseS: 30_000,
      isOnce: true,
    },
    schedule: 82,
  },
  'horizon: a beginning lies before what Netskope keeps': {
    without: { ...ITERATOR_PROTOCOL, epochWithinRetentionS: (startEpochS) => startEpochS },
    hazard: { server: { ...FAITHFUL, rejectsEpochBeforeRetention: true }, pauseS: 91 * 86_400, isOnce: true },
    schedule: 1,
  },
  'unreadable: a page that cannot be read is asked for for ever': {
    without: { ...ITERATOR_PROTOCOL, isGivenUp: () => false },
    schedule: 2,
  },
  'steady: a watermark that trails the clock never reaches the present': {
    without: {
      ...ITERATOR_PROTOCOL,
      catchesUp: (checkpoint, facts) =>
        (facts.believedS === undefined || facts.believedS >= facts.askedAtS - 60) &&
        ITERATOR_PROTOCOL.catchesUp(checkpoint, facts),
    },
    hazard: {
      server: { ...FAITHFUL, watermark: 'highest', watermarkFollowsClock: true, watermarkTrailsS: 300 },
    },
    schedule: 7,
  },
  'count: an empty page that says nothing is the end': {
    without: {
      ...ITERATOR_PROTOCOL,
      catchesUp: (checkpoint, facts) =>
        (facts.call.operation !== 'resend' &&
          facts.page.events.length === 0 &&
          (facts.believedS === undefined || facts.page.rawWatermarkS === checkpoint.rawWatermark)) ||
        ITERATOR_PROTOCOL.catchesUp(checkpoint, facts),
    },
    hazard: { server: { ...FORGETFUL, windowS: 3600, watermark: 'none' }, pauseS: 30_000 },
    schedule: 1,
  },
};
