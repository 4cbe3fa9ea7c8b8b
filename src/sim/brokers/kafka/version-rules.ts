/**
 * Rules of the broker and its clients that differ between versions, in one table. Defaults and bounds of settings by
 * version stand in `config/`. Sources: the recorded snapshot's classes; KAFKA-15583 (pull request 14594, in 3.7.0:
 * Partition#maybeIncrementLeaderHW), KAFKA-18227 (pull request 18176, in 4.0.0: TransactionManager), KIP-890 part 2.
 */
import type { KafkaVersion } from '#sim/brokers/kafka/config.ts';

/** `3.6` is the last release before 3.7 changed a replication rule; only these rules know it, settings do not. */
export type RuleVersion = KafkaVersion | '3.6';

export interface VersionRules {
  /** [KAFKA-REPLICA-7] Whether the high watermark rises while fewer replicas than the minimum are in sync. */
  readonly highWatermarkBelowMinIsr: 'frozen' | 'advances';
  /** [KAFKA-REPLICA-6] Whether `min.insync.replicas` counts for no more than there are replicas. */
  readonly minIsrCappedByReplicas: boolean;
  /** [KAFKA-TXN-11] Whether a client may ask for a new epoch while a commit is being finished. */
  readonly initializesWhileCommitting: boolean;
  /** [KAFKA-COORDINATOR-8] The feature level that a new cluster begins with. */
  readonly transactionVersion: 1 | 2;
}

const rules: Readonly<Record<RuleVersion, VersionRules>> = {
  '3.6': {
    highWatermarkBelowMinIsr: 'advances',
    minIsrCappedByReplicas: false,
    initializesWhileCommitting: false,
    transactionVersion: 1,
  },
  '4.0.0-SNAPSHOT': {
    highWatermarkBelowMinIsr: 'frozen',
    minIsrCappedByReplicas: true,
    initializesWhileCommitting: false,
    transactionVersion: 1,
  },
  '4.0': {
    highWatermarkBelowMinIsr: 'frozen',
    minIsrCappedByReplicas: true,
    initializesWhileCommitting: true,
    transactionVersion: 2,
  },
  '4.2': {
    highWatermarkBelowMinIsr: 'frozen',
    minIsrCappedByReplicas: true,
    initializesWhileCommitting: true,
    transactionVersion: 2,
  },
};

export function rulesOf(version: RuleVersion): VersionRules {
  return rules[version];
}
