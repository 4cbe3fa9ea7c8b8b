/** The verbs of the `rep-…` cases: produce, replicaFetch, crash, start, isrCheck, advance on one replicated partition. */
import { MILLISECOND } from '#sim/base/time.ts';
import { highWatermark, logEnd } from '#sim/brokers/kafka/partition-log.ts';
import { checkInSync, setAlive } from '#sim/brokers/kafka/replication/in-sync-set.ts';
import { fetchFromLeader, produceTo } from '#sim/brokers/kafka/replication/leader-requests.ts';
import {
  createReplicatedPartition,
  replicaOf,
  type ReplicatedPartition,
  type ReplicationSettings,
} from '#sim/brokers/kafka/replication/replicated-partition.ts';
import { visibleOffsets } from '#sim/brokers/kafka/transactions/isolation.ts';
import { ruleVersionOf } from '#sim/brokers/kafka/verbs/rule-version.ts';
import {
  listOf,
  NOT_MODELLED,
  numberOf,
  textOf,
  type Answer,
  type KafkaCase,
  type Step,
} from '#sim/brokers/kafka/verbs/step.ts';
import { rulesOf } from '#sim/brokers/kafka/version-rules.ts';

interface Lab {
  readonly partition: ReplicatedPartition;
  readonly settings: ReplicationSettings;
  /** Value by mid, and the values of each produce request that waits, by ticket. */
  readonly values: string[];
  readonly requests: Map<number, readonly string[]>;
  now: number;
}

/** `replica.lag.time.max.ms` */
const MAX_LAG = 30_000;
const BATCH_BYTES = 68;
const ACKS: Readonly<Record<string, number>> = { '0': 0, '1': 1, all: -1, '-1': -1 };

export function replicationCase(given: Step): KafkaCase {
  const replicas = listOf(given['replicas']).map((broker) => numberOf(broker, 0));
  const lab: Lab = {
    partition: createReplicatedPartition(replicas, numberOf(given['leader'], replicas[0] ?? 0), 0),
    settings: {
      rules: rulesOf(ruleVersionOf(given)),
      minInSync: numberOf(given['min.insync.replicas'], 1),
      maxLag: numberOf(given['replica.lag.time.max.ms'], MAX_LAG) * MILLISECOND,
      uncleanElection: given['unclean.leader.election.enable'] === true,
    },
    values: [],
    requests: new Map(),
    now: 0,
  };
  return {
    do: (step) => {
      const said = say(lab, step);
      return said === NOT_MODELLED ? said : { ...said, ...read(lab) };
    },
  };
}

function say(lab: Lab, step: Step): Answer {
  const { partition, settings, now } = lab;
  switch (step['verb']) {
    case 'produce':
      return produce(lab, step);
    case 'replicaFetch': {
      const fetched = fetchFromLeader(partition, settings, numberOf(step['follower'], -1), now);
      if (fetched === null) return { fetchOffset: null, fetched: 0 };
      const { truncated, ...rest } = fetched;
      return { ...rest, truncatedRecords: truncated };
    }
    case 'crash':
    case 'start': {
      const alive = step['verb'] === 'start';
      return { uncleanElection: setAlive(partition, settings, numberOf(step['broker'], -1), alive, now) };
    }
    case 'isrCheck':
      return { removedFromIsr: checkInSync(partition, settings, now) };
    case 'advance':
      lab.now += numberOf(step['ms'], 0) * MILLISECOND;
      return {};
    default:
      return NOT_MODELLED;
  }
}

function produce(lab: Lab, step: Step): Answer {
  const { partition, settings, values, now } = lab;
  const written = listOf(step['values']).map((value) => textOf(value, ''));
  const acks = ACKS[String(step['acks'])];
  if (acks === undefined) return { response: 'INVALID_REQUIRED_ACKS' };
  const mids = written.map((value) => values.push(value) - 1);
  const { error, baseOffset, ticket } = produceTo(partition, settings, acks, mids, BATCH_BYTES, now);
  if (ticket >= 0) lab.requests.set(ticket, written);
  const response = ticket >= 0 ? 'pending' : error;
  return { response: acks === 0 ? null : response, ...(error === 'NONE' ? { baseOffset } : {}) };
}

function read({ partition, values, requests }: Lab): Record<string, unknown> {
  const leader = replicaOf(partition, partition.leader);
  const completes = partition.completed.map(({ ticket, error }) => ({
    produce: requests.get(ticket) ?? [],
    error: error ?? 'connection lost',
  }));
  partition.completed = [];
  const ends = partition.replicaLogs.map(({ broker, log }) => [String(broker), logEnd(log)]);
  return {
    completes,
    leader: partition.leader,
    leaderEpoch: partition.leaderEpoch,
    isr: [...partition.isr],
    logEndOffsets: Object.fromEntries(ends) as Record<string, number>,
    highWatermark: leader === undefined ? null : highWatermark(leader.log),
    consumerVisible:
      leader === undefined
        ? []
        : visibleOffsets(leader.log, 0, 'read_uncommitted').map(
            (o) => values[leader.log.mids.data[o] as number],
          ),
  };
}
