/**
 * The verbs of the classic group cases: requests of a member alias to one coordinator, `Advance`, and the state table.
 * After each step the group is looked at as an administrator's DescribeGroups would. Cases of KIP-848
 * groups go to consumer-group-verbs.
 */
import { graphOf } from '#sim/machines/graph.ts';
import { groupCoordinatorMachine } from '#sim/brokers/kafka/group-coordinator.machine.ts';
import { groupState, type Group } from '#sim/brokers/kafka/group.ts';
import * as protocol from '#sim/brokers/kafka/protocol.ts';
import { consumerGroupCase } from '#sim/brokers/kafka/verbs/consumer-group-verbs.ts';
import { GroupAliases, GROUP, type RequestName } from '#sim/brokers/kafka/verbs/group-aliases.ts';
import { SingleBroker } from '#sim/brokers/kafka/verbs/single-broker.ts';
import {
  NOT_MODELLED,
  numberOf,
  textOf,
  type Answer,
  type KafkaCase,
  type Step,
} from '#sim/brokers/kafka/verbs/step.ts';

const kinds: ReadonlyMap<unknown, readonly [kind: number, name: RequestName]> = new Map([
  ['JoinGroup', [protocol.JOIN_GROUP, 'JoinGroup']],
  ['SyncGroup', [protocol.SYNC_GROUP, 'SyncGroup']],
  ['Heartbeat', [protocol.HEARTBEAT, 'Heartbeat']],
  ['LeaveGroup', [protocol.LEAVE_GROUP, 'LeaveGroup']],
  ['OffsetCommit', [protocol.OFFSET_COMMIT, 'OffsetCommit']],
]);

export function groupCase(given: Step): KafkaCase {
  const lab = new SingleBroker(given);
  const modern = given['protocol'] === undefined ? null : consumerGroupCase(lab);
  const aliases = new GroupAliases(given);
  return {
    do: (step) => {
      if (step['verb'] === 'transitionAllowed') return transitionAllowed({ ...given, ...step });
      if (modern !== null) return modern.do(step);
      if (step['verb'] === 'Advance') return advance(lab, aliases, step);
      const known = kinds.get(step['verb']);
      return known === undefined ? NOT_MODELLED : ask(lab, aliases, step, known);
    },
  };
}

function groupOf(lab: SingleBroker, step: Step): Group | undefined {
  return lab.broker.state.groups.get(textOf(step['groupId'], GROUP));
}

function ask(
  lab: SingleBroker,
  aliases: GroupAliases,
  step: Step,
  [kind, name]: readonly [number, RequestName],
): Answer {
  const generation = groupOf(lab, step)?.generation ?? 0;
  const sent = aliases.request(name, step, generation);
  const correlation = lab.request(kind, sent);
  aliases.asked(correlation, name, textOf(step['member'], ''));
  noteWhoWaits(lab, aliases, step);
  const answers = aliases.answers(lab.sent());
  const own = answers.find((answer) => answer.correlation === correlation);
  return {
    response: own === undefined ? 'pending' : own.response,
    completes: completions(answers.filter((answer) => answer !== own)),
    ...seen(lab, aliases, step),
  };
}

/** `stepMs` moves the clock in steps of that length. */
function advance(lab: SingleBroker, aliases: GroupAliases, step: Step): Answer {
  const total = numberOf(step['ms'], 0);
  const stride = numberOf(step['stepMs'], total);
  for (let passed = 0; passed < total; passed += stride) lab.advance(Math.min(stride, total - passed));
  return { completes: completions(aliases.answers(lab.sent())), ...seen(lab, aliases, step) };
}

function completions(answers: ReturnType<GroupAliases['answers']>): unknown[] {
  return answers.map(({ request, member, response }) => ({ request, member, response }));
}

/** A member whose first join is parked has an id that no answer has told yet. */
function noteWhoWaits(lab: SingleBroker, aliases: GroupAliases, step: Step): void {
  for (const member of groupOf(lab, step)?.members.values() ?? []) {
    if (member.awaitingJoin !== null) aliases.waits(member.awaitingJoin.correlation, member.id);
  }
}

function seen(lab: SingleBroker, aliases: GroupAliases, step: Step): Record<string, unknown> {
  const group = groupOf(lab, step);
  if (group === undefined) return { groupState: null };
  return {
    groupState: groupState(group),
    generation: group.generation,
    members: [...group.members.keys()].map((id) => aliases.nameOf(id)),
  };
}

/** Whether the machine has a transition from one of the five states to another (or from one to itself anew). */
function transitionAllowed(step: Step): Answer {
  const from = textOf(step['from'], '');
  const to = textOf(step['to'], '');
  const top = (path: string): string => path.split('.')[0] as string;
  const { states, transitions } = graphOf(groupCoordinatorMachine);
  if (![from, to].every((name) => states.some(({ path }) => path === name))) return NOT_MODELLED;
  const allowed = transitions.some((transition) => {
    if (transition.to === null || top(transition.from) !== from || top(transition.to) !== to) return false;
    return from !== to || (transition.from === from && transition.to === to);
  });
  return { allowed };
}
