/**
 * Translates between the recorded cases and the protocol: member aliases and member ids, opaque assignment texts and
 * partitions, a step's fields and a request's, a response and what the cases say of it.
 */
import { MILLISECOND } from '#sim/base/time.ts';
import type * as protocol from '#sim/brokers/kafka/protocol.ts';
import type { Sent } from '#sim/brokers/kafka/verbs/single-broker.ts';
import { listOf, numberOf, recordOf, textOf, textOrNull, type Step } from '#sim/brokers/kafka/verbs/step.ts';

/** The group that a step without `groupId` means. */
export const GROUP = 'g';

export type RequestName = 'JoinGroup' | 'SyncGroup' | 'Heartbeat' | 'LeaveGroup' | 'OffsetCommit';

export interface NamedAnswer {
  readonly correlation: number;
  readonly request: RequestName;
  readonly member: string;
  readonly response: Record<string, unknown>;
}

interface Identity {
  readonly group: string;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly generation: number;
}

export class GroupAliases {
  private readonly given: Step;
  private readonly idOf = new Map<string, string>();
  private readonly aliasOf = new Map<string, string>();
  private readonly requests = new Map<number, { name: RequestName; member: string }>();
  /** Assignment texts by the number that stands for them on the wire. */
  private readonly texts: string[] = [];

  constructor(given: Step) {
    this.given = given;
  }

  /** The alias of a member id, or the id itself. */
  nameOf(id: string): string {
    return this.aliasOf.get(id) ?? id;
  }

  asked(correlation: number, name: RequestName, member: string): void {
    this.requests.set(correlation, { name, member });
  }

  /** The join of this correlation id waits under `id`. */
  waits(correlation: number, id: string): void {
    const asked = this.requests.get(correlation);
    if (asked !== undefined) this.give(asked.member, id);
  }

  private give(alias: string, id: string): void {
    this.idOf.set(alias, id);
    this.aliasOf.set(id, alias);
  }

  request(name: RequestName, step: Step, generation: number): unknown {
    const identity = this.identity(step, generation);
    switch (name) {
      case 'JoinGroup':
        return this.joinRequest(identity, step);
      case 'SyncGroup': {
        const named = textOrNull(step['protocolName']);
        const assignments = this.assignments(recordOf(step['assignments']));
        return { ...identity, assignments, ...(named === null ? {} : { protocol: named }) };
      }
      case 'Heartbeat':
        return identity;
      case 'LeaveGroup':
        return { ...identity, members: this.leaving(identity, step) };
      case 'OffsetCommit': {
        const offset = Number(Object.values(recordOf(step['offsets']))[0] ?? 0);
        return { ...identity, entity: -1, offsets: [{ partition: 0, offset }] };
      }
    }
  }

  private identity(step: Step, generation: number): Identity {
    return {
      group: textOf(step['groupId'], GROUP),
      memberId: textOf(step['memberId'], this.idOf.get(textOf(step['member'], '')) ?? ''),
      groupInstanceId: textOrNull(step['groupInstanceId']),
      generation: numberOf(step['generation'], generation),
    };
  }

  private joinRequest(identity: Identity, step: Step): protocol.JoinGroupRequest {
    const time = (name: string, setting: string, otherwise: number): number =>
      numberOf(step[name], numberOf(this.given[setting], otherwise)) * MILLISECOND;
    const topics = listOf(step['topics'] ?? ['t']).map(String);
    const protocols = listOf(step['protocols'] ?? ['range']).map(String);
    return {
      group: identity.group,
      memberId: identity.memberId,
      groupInstanceId: identity.groupInstanceId,
      clientId: textOf(step['member'], ''),
      entity: -1,
      sessionTimeout: time('sessionTimeoutMs', 'session.timeout.ms', 10_000),
      rebalanceTimeout: time('rebalanceTimeoutMs', 'rebalance.timeout.ms', 60_000),
      protocols: protocols.map((name) => ({ name, topics })),
      version: numberOf(step['version'], numberOf(this.given['JoinGroup.version'], 9)),
    };
  }

  private assignments(byAlias: Step): protocol.SyncGroupRequest['assignments'] {
    return Object.keys(byAlias).map((alias) => {
      const text = textOf(byAlias[alias], '');
      const partitions = text === '' ? [] : [this.texts.push(text) - 1];
      return { memberId: this.idOf.get(alias) ?? alias, partitions };
    });
  }

  /** One member, or the batch that the step lists as aliases or as members of their own. */
  private leaving(identity: Identity, step: Step): NonNullable<protocol.LeaveGroupRequest['members']> {
    if (!Array.isArray(step['members'])) return [identity];
    return listOf(step['members']).map((one) =>
      this.identity(typeof one === 'string' ? { member: one } : recordOf(one), identity.generation),
    );
  }

  answers(sent: readonly Sent[]): NamedAnswer[] {
    return sent.map(({ correlation, data }) => {
      const { name, member } = this.requests.get(correlation) ?? { name: 'Heartbeat', member: '' };
      return { correlation, request: name, member, response: this.said(name, member, data) };
    });
  }

  private said(name: RequestName, member: string, data: unknown): Record<string, unknown> {
    if (name === 'JoinGroup') return this.saidOfJoin(member, data as protocol.JoinGroupResponse);
    if (name === 'SyncGroup') {
      const { error, partitions } = data as protocol.SyncGroupResponse;
      if (error !== 'NONE') return { error };
      return { error, assignment: partitions[0] === undefined ? '' : this.texts[partitions[0]] };
    }
    if (name !== 'LeaveGroup') return { error: (data as protocol.ErrorResponse).error };
    const { error, members } = data as protocol.LeaveGroupResponse;
    return { error, memberError: members?.[0]?.error, memberErrors: members?.map((one) => one.error) };
  }

  private saidOfJoin(member: string, response: protocol.JoinGroupResponse): Record<string, unknown> {
    const { error, memberId } = response;
    const handedOut = memberId !== '' && !this.aliasOf.has(memberId);
    if (error === 'NONE' || (error === 'MEMBER_ID_REQUIRED' && memberId !== '')) this.give(member, memberId);
    if (error !== 'NONE') return { error, memberIdHandedOut: handedOut };
    return {
      error,
      generation: response.generation,
      protocol: response.protocol,
      leader: this.nameOf(response.leader),
      isLeader: response.leader === memberId,
      skipAssignment: response.skipAssignment === true,
      membersSentToLeader: response.members.map((one) => this.nameOf(one.memberId)),
    };
  }
}
