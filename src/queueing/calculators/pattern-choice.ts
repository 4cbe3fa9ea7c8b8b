/**
 * Calculator C9: which patterns a system needs. Several answers at once, "no events at all" among them, each with the
 * reason that brought it in. Beside it the sources' function, which gives one answer to five questions and tells
 * nobody to stay with calls [0:214-247].
 */
export const PATTERNS = [
  'no events at all',
  'event notification',
  'event-carried state transfer',
  'event sourcing',
  'CQRS',
  'saga',
  'outbox',
  'dead letter',
] as const;
export type Pattern = (typeof PATTERNS)[number];

export interface Situation {
  /** A service writes its database and tells others about it. */
  readonly dualWrite: boolean;
  /** A change spans services and must be undone where a later part fails. */
  readonly acrossServices: boolean;
  readonly auditOrReplay: boolean;
  /** Reads need another shape or scale than writes. */
  readonly differentReads: boolean;
  /** Consumers must work while the owner of the data is down. */
  readonly autonomousConsumers: boolean;
  /** Bytes that an event with all its data would have, and may have. */
  readonly fullPayload: number;
  readonly payloadBudget: number;
  /** How many others want to know. */
  readonly consumers: number;
  /** Somebody must see the result of the change in its answer. */
  readonly immediateConsistency: boolean;
  readonly simpleCrud: boolean;
  /** Nobody in the team has run asynchronous systems. */
  readonly noviceTeam: boolean;
}

export interface Advice {
  readonly pattern: Pattern;
  readonly because: string;
}

export function choosePatterns(s: Situation): readonly Advice[] {
  const advice: Advice[] = [];
  const add = (pattern: Pattern, because: string): void => void advice.push({ pattern, because });
  const needsEvents = s.consumers > 0 || s.auditOrReplay || s.acrossServices;
  if (!needsEvents) add('no events at all', 'Nobody else needs to know, and nothing is to be replayed.');
  else if (s.immediateConsistency) {
    add(
      'no events at all',
      'Where the answer must show the change, a call or one transaction says it at once.',
    );
  } else if (s.simpleCrud && s.consumers <= 1) {
    add('no events at all', 'For reading and writing rows with one reader, a call is less to run.');
  } else if (s.noviceTeam && s.consumers <= 1) {
    add('no events at all', 'One consumer does not pay for a first asynchronous system.');
  }
  if (s.auditOrReplay) add('event sourcing', 'The history is asked for: keep the events as the truth.');
  if (s.differentReads) add('CQRS', 'Reads have another shape or scale: give them a model of their own.');
  if (s.acrossServices) add('saga', 'A change spans services: each step needs its compensation.');
  if (s.consumers > 0) {
    const fits = s.fullPayload <= s.payloadBudget;
    if (s.autonomousConsumers && fits) {
      add(
        'event-carried state transfer',
        'Consumers must do without the owner, and the data fits the budget.',
      );
    } else {
      const why = s.autonomousConsumers
        ? 'The data does not fit the budget: notify, and let consumers fetch what they keep.'
        : 'Consumers may ask the owner: an event that names what changed is enough.';
      add('event notification', why);
    }
    add('dead letter', 'A message that can never be handled must not stop those behind it.');
  }
  if (s.dualWrite && needsEvents) {
    add('outbox', 'A database and a broker are written: a crash in between loses or invents an event.');
  }
  return advice;
}

export interface SourcesQuestions {
  readonly eventReplayNeeded: boolean;
  readonly complexQueries: boolean;
  readonly receiversNeedFullData: boolean;
  readonly simpleNotifications: boolean;
  readonly readWriteScalingDifferent: boolean;
}

/** The printed function: the first question that is answered with yes decides alone. */
export function sourcesPattern(asked: SourcesQuestions): string {
  if (asked.eventReplayNeeded) return asked.complexQueries ? 'CQRS + Event Sourcing' : 'Event Sourcing';
  if (asked.receiversNeedFullData) return 'Event-Carried State Transfer';
  if (asked.simpleNotifications) return 'Event Notification';
  return asked.readWriteScalingDifferent ? 'CQRS' : 'Event-Carried State Transfer';
}

export interface TruthRow extends SourcesQuestions {
  readonly answer: string;
  /** Questions answered with yes that the answer pays no attention to. */
  readonly ignored: readonly (keyof SourcesQuestions)[];
}

const QUESTIONS = [
  'eventReplayNeeded',
  'complexQueries',
  'receiversNeedFullData',
  'simpleNotifications',
  'readWriteScalingDifferent',
] as const;

/** All 32 inputs of the printed function, from no to yes. */
export function sourcesTruthTable(): readonly TruthRow[] {
  return Array.from({ length: 32 }, (_, row) => {
    const yes = (i: number): boolean => ((row >> (4 - i)) & 1) === 1;
    const asked = {
      eventReplayNeeded: yes(0),
      complexQueries: yes(1),
      receiversNeedFullData: yes(2),
      simpleNotifications: yes(3),
      readWriteScalingDifferent: yes(4),
    };
    const answer = sourcesPattern(asked);
    const without = (name: keyof SourcesQuestions): string => sourcesPattern({ ...asked, [name]: false });
    return { ...asked, answer, ignored: QUESTIONS.filter((name) => asked[name] && without(name) === answer) };
  });
}
