/**
 * OffsetCommit and OffsetFetch (OffsetMetadataManager#commitOffset, ClassicGroup#validateOffsetCommit). A commit is
 * one number per partition, stored as the client says it: backwards and past the end too. Left out: metadata strings,
 * expiry of offsets (offsets.retention.minutes). What a transaction commits waits in `transactions/`. Rules: SPEC.md, KAFKA-GROUP-19 to 21.
 */
import { ensureInt, intAt } from '#sim/base/column.ts';
import { intern } from '#sim/base/names.ts';
import { validateMemberEpoch, type ConsumerGroup } from '#sim/brokers/kafka/consumer-group.ts';
import { createGroup, offsetsOf } from '#sim/brokers/kafka/group-persistence.ts';
import { keepMemberAlive } from '#sim/brokers/kafka/group-session.ts';
import type { Turn } from '#sim/brokers/kafka/group-turn.ts';
import { isUnstable } from '#sim/brokers/kafka/transactions/group-transactions.ts';
import type { TxnOffsetCommitRequest } from '#sim/brokers/kafka/transactions/transaction-protocol.ts';
import { groupState, validateMember, type Group, type PersistedGroup } from '#sim/brokers/kafka/group.ts';
import type {
  KafkaError,
  OffsetCommitRequest,
  OffsetFetchRequest,
  OffsetFetchResponse,
} from '#sim/brokers/kafka/protocol.ts';
import * as emit from '#sim/trace/emit.ts';

export function commitOffsets(turn: Turn, request: OffsetCommitRequest): KafkaError {
  const modern = turn.state.consumerGroups.get(request.group);
  if (modern !== undefined) return commitModern(turn, modern, request);
  let group = turn.state.groups.get(request.group);
  // [KAFKA-GROUP-20] A commit from outside of any generation makes the group that it names.
  if (group === undefined && request.generation < 0) group = createGroup(turn, request.group);
  const error = group === undefined ? 'GROUP_ID_NOT_FOUND' : validateCommit(group, request);
  if (error !== 'NONE' || group === undefined) {
    refuse(turn, request, error, group === undefined ? -1 : group.generation);
    return error;
  }
  const member = group.members.get(request.memberId);
  if (member !== undefined) keepMemberAlive(turn, group, member); // [KAFKA-GROUP-6]
  store(turn, group, turn.state.persisted.get(group.name) as PersistedGroup, request);
  return 'NONE';
}

/** [KAFKA-COORDINATOR-9] Whether the member may have offsets committed by its producer's transaction (KIP-447). */
export function checkTransactionalCommit(turn: Turn, request: TxnOffsetCommitRequest): KafkaError {
  const modern = turn.state.consumerGroups.get(request.group);
  const group = turn.state.groups.get(request.group);
  let error: KafkaError = 'NONE';
  if (modern !== undefined) {
    const outside = request.generation < 0 && request.memberId === '';
    error = outside ? 'NONE' : validateMemberEpoch(modern, request.memberId, request.generation);
  } else if (group !== undefined) error = validateCommit(group, request, true);
  else if (request.generation < 0) createGroup(turn, request.group);
  else error = 'ILLEGAL_GENERATION';
  if (error !== 'NONE') refuse(turn, request, error, group === undefined ? -1 : group.generation);
  return error;
}

/** [KAFKA-CONSUMERGROUP-12] A commit does not keep the session of a member of the new protocol. */
function commitModern(turn: Turn, group: ConsumerGroup, request: OffsetCommitRequest): KafkaError {
  const outside = request.generation < 0 && group.members.size === 0;
  const error = outside ? 'NONE' : validateMemberEpoch(group, request.memberId, request.generation);
  const epoch = group.members.get(request.memberId)?.epoch ?? -1;
  if (error === 'NONE') store(turn, group, offsetsOf(turn.state, group.name), request);
  else refuse(turn, request, error, epoch);
  return error;
}

/** [KAFKA-GROUP-19] Member id, instance id, generation, then the state. */
function validateCommit(
  group: Group,
  request: Pick<OffsetCommitRequest, 'memberId' | 'groupInstanceId' | 'generation'>,
  transactional = false,
): KafkaError {
  const { memberId, groupInstanceId, generation } = request;
  const state = groupState(group);
  if (state === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
  if (generation < 0 && state === 'Empty') return 'NONE';
  if (generation >= 0 || memberId !== '' || groupInstanceId !== null) {
    const error = validateMember(group, memberId, groupInstanceId);
    if (error !== 'NONE') return error;
    if (generation !== group.generation) return 'ILLEGAL_GENERATION';
  } else if (state !== 'Empty' && !transactional) return 'UNKNOWN_MEMBER_ID';
  return !transactional && state === 'CompletingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE';
}

function store(
  turn: Turn,
  group: { readonly nameId: number },
  persisted: PersistedGroup,
  request: OffsetCommitRequest,
): void {
  const { ctx, env } = turn;
  const { committed, committedBy } = persisted;
  const packet = ctx.cause;
  ensureInt(committed, env.metadata.partitions.length, -1);
  ensureInt(committedBy, env.metadata.partitions.length, -1);
  for (let i = 0; i < request.offsets.length; i += 1) {
    const { partition: row, offset } = request.offsets[i] as OffsetCommitRequest['offsets'][number];
    const known = env.metadata.partitions[row];
    if (known === undefined) continue;
    committed.data[row] = offset;
    committedBy.data[row] = emit.commit(
      ctx,
      group.nameId,
      known.topic,
      known.partition,
      offset,
      request.entity,
      request.generation,
      packet,
    );
  }
}

function refuse(
  turn: Turn,
  request: Pick<OffsetCommitRequest, 'group' | 'entity' | 'generation'>,
  error: KafkaError,
  current: number,
): void {
  const { names } = turn.env.catalog;
  emit.commitRefused(
    turn.ctx,
    intern(names, request.group),
    intern(names, error),
    request.entity,
    request.generation,
    current,
  );
}

export function fetchOffsets(turn: Turn, request: OffsetFetchRequest): OffsetFetchResponse {
  const persisted = turn.state.persisted.get(request.group);
  if (request.requireStable === true && isUnstable(persisted, request.partitions)) {
    return { error: 'UNSTABLE_OFFSET_COMMIT', offsets: [] };
  }
  const modern = turn.state.consumerGroups.get(request.group);
  if (modern !== undefined && request.memberId !== undefined) {
    const error = validateMemberEpoch(modern, request.memberId, request.memberEpoch ?? -1);
    if (error !== 'NONE') return { error, offsets: [] };
  }
  return {
    offsets: request.partitions.map((partition) => ({
      partition,
      offset: persisted === undefined ? -1 : intAt(persisted.committed, partition),
      committed: persisted === undefined ? -1 : intAt(persisted.committedBy, partition),
    })),
  };
}
