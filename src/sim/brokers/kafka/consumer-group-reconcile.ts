/**
 * One member's next step towards the target (CurrentAssignmentBuilder at the recorded commit): first it gives up what
 * is not its any more, then it is given what is free. Nobody waits for the group, only for whoever holds a partition.
 * Rules: SPEC.md, KAFKA-CONSUMERGROUP-5 to 8.
 */
import {
  isHeld,
  sameRows,
  type ConsumerGroup,
  type ConsumerMember,
} from '#sim/brokers/kafka/consumer-group.ts';

/** `owned` are the rows that the member says it has; null = it says nothing. False where nothing has changed. */
export function reconcile(
  group: ConsumerGroup,
  member: ConsumerMember,
  owned: readonly number[] | null,
): boolean {
  if (member.state === 'STABLE' && member.epoch === group.targetEpoch) return false;
  if (member.state === 'UNREVOKED_PARTITIONS') {
    // [KAFKA-CONSUMERGROUP-6] what it does not report any more it has given up
    if (ownsAny(owned, member.revoking)) return false;
    return takeStep(group, member, owned, member.epoch + 1);
  }
  return takeStep(group, member, owned, member.epoch);
}

function ownsAny(owned: readonly number[] | null, rows: readonly number[]): boolean {
  return owned === null || owned.some((row) => rows.includes(row));
}

function takeStep(
  group: ConsumerGroup,
  member: ConsumerMember,
  owned: readonly number[] | null,
  epoch: number,
): boolean {
  const target = group.target.get(member.id) ?? [];
  const kept = member.assigned.filter((row) => target.includes(row));
  const revoking = member.assigned.filter((row) => !target.includes(row));
  const missing = target.filter((row) => !kept.includes(row));
  const free = missing.filter((row) => !isHeld(group, row));
  if (revoking.length > 0 && ownsAny(owned, revoking)) {
    return enter(member, 'UNREVOKED_PARTITIONS', epoch, kept, revoking);
  }
  // [KAFKA-CONSUMERGROUP-8] the group's epoch is reached at once, whatever is still missing
  const state = free.length < missing.length ? 'UNRELEASED_PARTITIONS' : 'STABLE';
  const assigned = [...kept, ...free].sort((a, b) => a - b);
  return enter(member, state, group.targetEpoch, assigned, []);
}

function enter(
  member: ConsumerMember,
  state: ConsumerMember['state'],
  epoch: number,
  assigned: readonly number[],
  revoking: readonly number[],
): boolean {
  const same =
    state === member.state &&
    epoch === member.epoch &&
    revoking.length === 0 &&
    sameRows(assigned, member.assigned);
  member.previousEpoch = member.epoch;
  member.epoch = epoch;
  member.state = state;
  member.assigned = assigned;
  member.revoking = revoking;
  return !same;
}
