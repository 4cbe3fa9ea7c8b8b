/**
 * The assignors on the broker, and which of them a group works by (ConsumerGroup#computePreferredServerAssignor,
 * TargetAssignmentBuilder at the recorded commit): the one that most members ask for, else the first configured. An
 * assignor is given the target so far as what the members own. Rules: SPEC.md, KAFKA-CONSUMERGROUP-4.
 */
import { present } from '#sim/base/assert.ts';
import type { AssignorMember } from '#sim/brokers/kafka/assignors/assignor.ts';
import { assignorNamed, coordinatorAssignors } from '#sim/brokers/kafka/assignors/by-name.ts';
import type { ConsumerGroup } from '#sim/brokers/kafka/consumer-group.ts';
import { existingRows } from '#sim/brokers/kafka/growth.ts';
import type { Turn } from '#sim/brokers/kafka/group-turn.ts';

/** Makes the target for the group's epoch. */
export function makeTarget(turn: Turn, group: ConsumerGroup): void {
  const name = preferred(group) ?? (turn.env.settings.consumerAssignors[0] as string);
  const assignor = present(
    assignorNamed(coordinatorAssignors, name),
    `[KAFKA-CONSUMERGROUP-4] an assignor called ${name}`,
  );
  const members: AssignorMember[] = [];
  for (const { id, instance, topics } of group.members.values()) {
    const owned = group.target.get(id) ?? [];
    members.push({
      memberId: id,
      groupInstanceId: instance,
      topics,
      owned,
      ownedGeneration: group.targetEpoch,
    });
  }
  const rowsOf = existingRows(turn.state, turn.env.metadata);
  const target = new Map<string, readonly number[]>();
  for (const { memberId, partitions } of assignor.assign(members, rowsOf)) {
    target.set(memberId, partitions);
  }
  group.target = target;
  group.targetEpoch = group.epoch;
}

/** Of those with equally many votes uniform wins, by the order of a Java map. */
function preferred(group: ConsumerGroup): string | null {
  let best: string | null = null;
  let most = 0;
  for (const name of ['uniform', 'range']) {
    let votes = 0;
    for (const member of group.members.values()) if (member.serverAssignor === name) votes += 1;
    if (votes > most) {
      best = name;
      most = votes;
    }
  }
  return best;
}
