/**
 * When a node runs out of memory or of disk. What a node measures of its process and of its file system is here what
 * its queues hold. Rules: SPEC.md, RABBIT-ALARM.
 */
import type { RabbitTopology } from '#sim/brokers/rabbitmq/config/topology.ts';
import type { BrokerState } from '#sim/brokers/rabbitmq/state.ts';

export interface AlarmLimits {
  /** Bytes that messages may take in memory, -1 = any number. */
  readonly memory: number;
  /** The same of the disk. */
  readonly disk: number;
}

/** What a message costs in memory beside its body. */
const OVERHEAD = 1024;

/** What the disk alarm leaves free unless it is told: 50 MB. */
const FREE = 50_000_000;

export function alarmLimits({ config, disk }: RabbitTopology): AlarmLimits {
  const free = config['disk_free_limit.absolute'] ?? FREE;
  return {
    memory: config['vm_memory_high_watermark.absolute'] ?? -1,
    disk: disk === null ? -1 : Math.max(0, disk - free),
  };
}

/** [RABBIT-ALARM-2] A stream keeps nothing in memory. */
function memoryUsed(b: BrokerState): number {
  let bytes = 0;
  for (const queue of b.queues.values())
    if (queue.type !== 'stream') bytes += queue.readyBytes + queue.readyCount * OVERHEAD;
  return bytes;
}

/** [RABBIT-ALARM-3] What a stream has kept counts whether or not it was read. */
function diskUsed(b: BrokerState): number {
  let bytes = 0;
  for (const queue of b.queues.values()) {
    if (queue.type === 'stream') bytes += queue.segments.reduce((sum, segment) => sum + segment.bytes, 0);
    else if (queue.durable) bytes += queue.readyBytes;
  }
  return bytes;
}

/** The resources that are used up. */
export function alarmsOf(b: BrokerState, limits: AlarmLimits): string[] {
  const alarms: string[] = [];
  if (limits.memory >= 0 && memoryUsed(b) > limits.memory) alarms.push('memory');
  if (limits.disk >= 0 && diskUsed(b) > limits.disk) alarms.push('disk');
  return alarms;
}
