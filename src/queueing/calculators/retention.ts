/**
 * Calculator C4: what keeping the messages costs, and how long they must be kept. Bytes, seconds, rates a second;
 * decimal units. The sources name 7 trillion messages a day and six hours without the size [3:773-795] [0:70,1334].
 */
import { requireCount, requireNotNegative, requirePositive } from '#queueing/impossible-input.ts';

export interface RetentionNeeds {
  readonly rate: number;
  readonly messageSize: number;
  readonly retention: number;
  readonly replicationFactor: number;
  /** How many times smaller compression makes them: 1 is none. */
  readonly compression: number;
  readonly brokers: number;
  readonly longestOutage: number;
  /** The oldest message that a dead-letter queue may bring back. */
  readonly redriveAge: number;
}

export interface Retention {
  /** On all disks. */
  readonly bytes: number;
  readonly bytesPerBroker: number;
  /** A disk that is never fuller than 70 of 100. */
  readonly diskPerBroker: number;
  readonly leastRetention: number;
  readonly longEnough: boolean;
  /** Age of the oldest unread message that should wake somebody: half of the retention. */
  readonly alarmAge: number;
}

const FULLEST = 0.7;

export function retentionPlan(needs: RetentionNeeds): Retention {
  const { rate, messageSize, retention, replicationFactor, compression, brokers } = needs;
  requireNotNegative('rate', rate);
  requireNotNegative('messageSize', messageSize);
  requirePositive('retention', retention);
  requireCount('replicationFactor', replicationFactor);
  requirePositive('compression', compression);
  requireCount('brokers', brokers);
  requireNotNegative('longestOutage', needs.longestOutage);
  requireNotNegative('redriveAge', needs.redriveAge);
  const bytes = (rate * messageSize * retention * replicationFactor) / compression;
  const leastRetention = 2 * needs.longestOutage + needs.redriveAge;
  return {
    bytes,
    bytesPerBroker: bytes / brokers,
    diskPerBroker: bytes / brokers / FULLEST,
    leastRetention,
    longEnough: retention >= leastRetention,
    alarmAge: retention / 2,
  };
}
