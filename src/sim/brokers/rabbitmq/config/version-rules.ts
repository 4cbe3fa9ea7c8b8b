/**
 * Rules that differ between RabbitMQ versions, in one table. `3.10` is what was recorded (3.10.8); `4.3` is taken from
 * the release notes of 4.0 and 4.3 and the source at v4.3.0. Each field names its rule in SPEC.md.
 */
export type RabbitVersion = '3.10' | '4.3';

export const RABBIT_VERSIONS: readonly RabbitVersion[] = ['3.10', '4.3'];

export interface VersionRules {
  /** [RABBIT-QUORUM-3] What a quorum queue without `x-delivery-limit` has; -1 = none. 4.0 release notes. */
  readonly defaultDeliveryLimit: number;
  /** [RABBIT-QUORUM-4] Whether an explicit nack with requeue counts towards the limit. 4.3 release notes. */
  readonly nackCountsAsDelivery: boolean;
  /** [RABBIT-QUORUM-8] Whether quorum queues order by the priority property. 4.0 (two levels), 4.3 (strict). */
  readonly quorumPriorities: boolean;
  /** [RABBIT-SAC-4] Whether the single active consumer of a quorum queue makes way for a higher priority. 4.0 release notes. */
  readonly singleActiveByPriority: boolean;
  /** [RABBIT-QUEUE-9] Whether a transient queue that is not exclusive may be declared. 4.3 release notes. */
  readonly transientNonExclusive: boolean;
  /** [RABBIT-PREFETCH-5] Whether basic.qos global is what it says, or counts as per consumer. 4.3 release notes. */
  readonly globalQos: boolean;
  /** [RABBIT-DEATH-7] Whether an `x-death` header that a client publishes is taken for the broker's own. 4.0. */
  readonly readsPublishedDeaths: boolean;
  /** [RABBIT-DEATH-8] Whether the last death has headers of its own (`x-last-death-queue`, …). 3.13 on. */
  readonly lastDeathHeaders: boolean;
  /** [RABBIT-STREAM-9] Whether a dead letter reaches a stream. 3.13 on. */
  readonly deadLettersIntoStreams: boolean;
  /** [RABBIT-TIMEOUT-1] Whether the delivery acknowledgement timeout closes the channel, whatever the queue; else only quorum queues look, and cancel the consumer. 4.3 release notes. */
  readonly channelAckTimeout: boolean;
  /** [RABBIT-PUBLISH-5] Largest body in bytes. 4.0 release notes. */
  readonly maxMessageSize: number;
}

const MIB = 1_048_576;

const rules: Readonly<Record<RabbitVersion, VersionRules>> = {
  '3.10': {
    defaultDeliveryLimit: -1,
    nackCountsAsDelivery: true,
    quorumPriorities: false,
    singleActiveByPriority: false,
    transientNonExclusive: true,
    globalQos: true,
    readsPublishedDeaths: true,
    lastDeathHeaders: false,
    deadLettersIntoStreams: false,
    channelAckTimeout: true,
    maxMessageSize: 128 * MIB,
  },
  '4.3': {
    defaultDeliveryLimit: 20,
    nackCountsAsDelivery: false,
    quorumPriorities: true,
    singleActiveByPriority: true,
    transientNonExclusive: false,
    globalQos: false,
    readsPublishedDeaths: false,
    lastDeathHeaders: true,
    deadLettersIntoStreams: true,
    channelAckTimeout: false,
    maxMessageSize: 16 * MIB,
  },
};

export function rulesOf(version: RabbitVersion): VersionRules {
  return rules[version];
}

export function isRabbitVersion(text: string): text is RabbitVersion {
  return Object.hasOwn(rules, text);
}
