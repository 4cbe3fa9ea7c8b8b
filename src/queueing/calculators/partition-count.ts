/**
 * Calculator C3: how many partitions a topic needs. The largest of what the throughput, catching up after an outage,
 * the disks and the consumers ask for. Changing the number later moves keys to other partitions and breaks their order.
 * Rates a second, times in seconds, sizes in bytes. The sources give a number of partitions without a reason [0:22,66-81].
 */
import {
  requireCount,
  requireNotNegative,
  requirePositive,
  requireProbability,
} from '#queueing/impossible-input.ts';

/** ⌈x⌉, taking 100.00000000000001 for the 100 that it is. */
export function ceiling(x: number): number {
  const nearest = Math.round(x);
  return Math.abs(x - nearest) <= 1e-9 * Math.max(1, nearest) ? nearest : Math.ceil(x);
}

export interface PartitionNeeds {
  readonly rate: number;
  readonly serviceTime: number;
  /** Part of a consumer's time that may be used. */
  readonly utilisation: number;
  readonly messageSize: number;
  readonly outage: number;
  /** How soon the backlog of the outage must be gone. */
  readonly drain: number;
  readonly writePerPartition: number;
  readonly readPerPartition: number;
  readonly consumers: number;
  /** Part of all messages that the most frequent key has. */
  readonly hottestKey: number;
}

export interface PartitionCount {
  readonly byThroughput: number;
  readonly byCatchUp: number;
  readonly byWriting: number;
  readonly byReading: number;
  readonly byConsumers: number;
  readonly needed: number;
  /** What the hottest key asks of its one partition: it must be below 1, and no number of partitions lowers it. */
  readonly hottestLoad: number;
  readonly hotKey: boolean;
}

export function partitionCount(needs: PartitionNeeds): PartitionCount {
  const { rate, serviceTime, utilisation, messageSize, outage, drain, hottestKey } = needs;
  requirePositive('rate', rate);
  requirePositive('serviceTime', serviceTime);
  requireProbability('utilisation', utilisation, { above: true });
  requireNotNegative('outage', outage);
  requirePositive('drain', drain);
  requireNotNegative('messageSize', messageSize);
  requireProbability('hottestKey', hottestKey);
  requireCount('consumers', needs.consumers);
  const bytes = rate * messageSize;
  const byThroughput = ceiling((rate * serviceTime) / utilisation);
  const byCatchUp = ceiling((rate + (rate * outage) / drain) * serviceTime);
  const byWriting = ceiling(bytes / requirePositive('writePerPartition', needs.writePerPartition));
  const byReading = ceiling(bytes / requirePositive('readPerPartition', needs.readPerPartition));
  const byConsumers = needs.consumers;
  const hottestLoad = hottestKey * rate * serviceTime;
  const needed = Math.max(byThroughput, byCatchUp, byWriting, byReading, byConsumers);
  return {
    ...{ byThroughput, byCatchUp, byWriting, byReading, byConsumers, needed },
    hottestLoad,
    hotKey: hottestLoad >= 1,
  };
}
