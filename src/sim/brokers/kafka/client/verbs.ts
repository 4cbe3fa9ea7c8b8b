/**
 * The verbs of the recorded `offsets` cases, said to real consumers and a real broker in a kernel without latency. `poll`
 * is one poll() that lasts until one fetch has answered; `rebalance` is brought about by an assignor that gives
 * everything to the wanted owner, and by every member polling; `restart` is a crash whose dead member the coordinator has
 * been told to forget. `began` is the position from which a poll read, `position` the one that it left. fetch.max.wait.ms is 1 here unless a case gives it, so that an empty fetch answers at once.
 */
import { OffsetsLab } from '#sim/brokers/kafka/client/verbs-lab.ts';
import {
  NOT_MODELLED,
  numberOf,
  recordOf,
  textOf,
  type Answer,
  type KafkaCase,
  type Step,
} from '#sim/brokers/kafka/verbs/step.ts';

const ONLY_MEMBER = 'consumer';

/** What Kafka's clients throw for what the coordinator or the configuration refuses. */
const exceptions: Readonly<Record<string, string>> = {
  UNKNOWN_MEMBER_ID: 'CommitFailedException',
  ILLEGAL_GENERATION: 'CommitFailedException',
  REBALANCE_IN_PROGRESS: 'RebalanceInProgressException',
  NO_OFFSET_FOR_PARTITION: 'NoOffsetForPartitionException',
  OFFSET_OUT_OF_RANGE: 'OffsetOutOfRangeException',
  REQUEST_TIMED_OUT: 'TimeoutException',
};

export function createOffsetsCase(given: Step): KafkaCase {
  const lab = new OffsetsLab(given);
  return { do: (step) => say(lab, step) };
}

function say(lab: OffsetsLab, step: Step): Answer {
  const verb = textOf(step['verb'], '');
  if (typeof step['at'] === 'number') lab.passTo(step['at']);
  const alias = textOf(step['member'] ?? step['owner'], ONLY_MEMBER);
  let records: readonly unknown[] = [];
  let error: string | null = null;
  let began: unknown;
  switch (verb) {
    case 'poll':
      ({ records, began, error } = lab.poll(alias));
      break;
    case 'commitSync':
      error = lab.commit(alias, offsetsIn(lab, step['offsets']));
      break;
    case 'seek':
      lab.seek(alias, lab.rowNamed(step['partition']), numberOf(step['offset'], 0));
      break;
    case 'pause':
    case 'resume':
      lab.pause(alias, lab.rowNamed(step['partition']), verb === 'pause');
      break;
    case 'crash':
      lab.crash(alias);
      break;
    case 'restart':
      lab.restart(alias);
      break;
    case 'close':
      lab.close(alias);
      break;
    case 'rebalance':
      lab.rebalance(alias);
      break;
    case 'advance':
      lab.passTo(typeof step['to'] === 'number' ? step['to'] : lab.clock + numberOf(step['ms'], 0));
      break;
    default:
      return NOT_MODELLED;
  }
  const facts = lab.facts(alias);
  return {
    records,
    ...facts,
    began: began ?? facts.position,
    error: error === null ? null : (exceptions[error] ?? error),
    brokerError: error,
  };
}

function offsetsIn(lab: OffsetsLab, written: unknown): { partition: number; offset: number }[] | null {
  if (written === undefined) return null;
  const offsets = recordOf(written);
  return Object.keys(offsets).map((name) => ({
    partition: lab.rowNamed(name),
    offset: numberOf(offsets[name], 0),
  }));
}
