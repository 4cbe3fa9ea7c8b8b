/**
 * The verbs of the cases of the new group protocol: ConsumerGroupHeartbeat and OffsetCommit of a member alias to one
 * coordinator, and `Advance`. A member is called by its alias, as real ones name themselves. After each step the group
 * is looked at as an administrator's ConsumerGroupDescribe would.
 */
import { MILLISECOND } from '#sim/base/time.ts';
import { consumerGroupState } from '#sim/brokers/kafka/consumer-group.ts';
import * as protocol from '#sim/brokers/kafka/protocol.ts';
import type { SingleBroker } from '#sim/brokers/kafka/verbs/single-broker.ts';
import {
  listOf,
  NOT_MODELLED,
  numberOf,
  recordOf,
  textOf,
  textOrNull,
  type KafkaCase,
  type Step,
} from '#sim/brokers/kafka/verbs/step.ts';

const GROUP = 'g';

export function consumerGroupCase(lab: SingleBroker): KafkaCase {
  return {
    do: (step) => {
      switch (step['verb']) {
        case 'ConsumerGroupHeartbeat':
          return { response: heartbeat(lab, step), ...seen(lab, step) };
        case 'OffsetCommit':
          return { response: commit(lab, step), ...seen(lab, step) };
        case 'Advance':
          advance(lab, step);
          return seen(lab, step);
        default:
          return NOT_MODELLED;
      }
    },
  };
}

function answerTo(lab: SingleBroker, kind: number, data: unknown): unknown {
  const correlation = lab.request(kind, data);
  return lab.sent().find((sent) => sent.correlation === correlation)?.data;
}

function identity(step: Step): { group: string; memberId: string; groupInstanceId: string | null } {
  return {
    group: textOf(step['groupId'], GROUP),
    memberId: textOf(step['memberId'], textOf(step['member'], '')),
    groupInstanceId: textOrNull(step['groupInstanceId']),
  };
}

function heartbeat(lab: SingleBroker, step: Step): Record<string, unknown> {
  const timeout = step['rebalanceTimeoutMs'];
  const assignor = textOrNull(step['serverAssignor']);
  const { topics, owned } = step;
  const request: protocol.ConsumerGroupHeartbeatRequest = {
    ...identity(step),
    memberEpoch: numberOf(step['memberEpoch'], 0),
    clientId: textOf(step['member'], ''),
    entity: -1,
    ...(typeof timeout === 'number' && timeout >= 0 ? { rebalanceTimeout: timeout * MILLISECOND } : {}),
    ...(Array.isArray(topics) ? { topics: listOf(topics).map(String) } : {}),
    ...(assignor === null ? {} : { serverAssignor: assignor }),
    ...(Array.isArray(owned) ? { owned: rowsOf(lab, listOf(owned).map(String)) } : {}),
  };
  const response = answerTo(lab, protocol.CONSUMER_GROUP_HEARTBEAT, request);
  const { error, memberEpoch, assignment } = response as protocol.ConsumerGroupHeartbeatResponse;
  if (error !== 'NONE') return { error };
  return { error, memberEpoch, assignment: assignment === null ? null : namesOf(lab, assignment) };
}

function commit(lab: SingleBroker, step: Step): Record<string, unknown> {
  const { group, memberId, groupInstanceId } = identity(step);
  const epoch = lab.broker.state.consumerGroups.get(group)?.members.get(memberId)?.epoch ?? 0;
  const written = recordOf(step['offsets']);
  const offsets = Object.keys(written).map((name) => ({
    partition: rowsOf(lab, [name])[0] ?? 0,
    offset: Number(written[name]),
  }));
  const request: protocol.OffsetCommitRequest = {
    group,
    memberId,
    groupInstanceId,
    generation: numberOf(step['generation'] ?? step['memberEpoch'], epoch),
    entity: -1,
    offsets: offsets.length > 0 ? offsets : [{ partition: 0, offset: 0 }],
  };
  return { error: (answerTo(lab, protocol.OFFSET_COMMIT, request) as protocol.ErrorResponse).error };
}

/** `stepMs` moves the clock in steps of that length. */
function advance(lab: SingleBroker, step: Step): void {
  const total = numberOf(step['ms'], 0);
  const stride = numberOf(step['stepMs'], total);
  for (let passed = 0; passed < total; passed += stride) lab.advance(Math.min(stride, total - passed));
}

/** Rows of `t-3` and the like; what there is not is left out. */
function rowsOf(lab: SingleBroker, names: readonly string[]): number[] {
  const known = namesOf(
    lab,
    lab.metadata.partitions.map((_, row) => row),
  );
  return names.map((name) => known.indexOf(name)).filter((row) => row >= 0);
}

function namesOf(lab: SingleBroker, rows: readonly number[]): string[] {
  return rows.map((row) => {
    const known = lab.metadata.partitions[row];
    return known === undefined ? '' : `${known.topicName}-${known.partition}`;
  });
}

function seen(lab: SingleBroker, step: Step): Record<string, unknown> {
  const group = lab.broker.state.consumerGroups.get(textOf(step['groupId'], GROUP));
  if (group === undefined) return { groupState: null };
  const memberStates: Record<string, { state: string; epoch: number }> = {};
  for (const { id, state, epoch } of group.members.values()) memberStates[id] = { state, epoch };
  return {
    groupState: consumerGroupState(group),
    groupEpoch: group.epoch,
    targetAssignmentEpoch: group.targetEpoch,
    memberStates,
  };
}
