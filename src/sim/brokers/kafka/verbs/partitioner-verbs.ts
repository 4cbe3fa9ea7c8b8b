/** The verbs of the partitioner cases: murmur2, partitionForKey, append (null keys), updatePartitionLoadStats. */
import { encodeUtf8 } from '#sim/base/utf8.ts';
import {
  createStickyPartition,
  loadRangeEnd,
  murmur2,
  partitionForKey,
  partitionLoad,
  stickyAppend,
  switchPartition,
} from '#sim/brokers/kafka/partitioner.ts';
import {
  listOf,
  NOT_MODELLED,
  numberOf,
  textOf,
  textOrNull,
  type Answer,
  type KafkaCase,
  type Step,
} from '#sim/brokers/kafka/verbs/step.ts';

export function partitionerCase(given: Step): KafkaCase {
  const sticky = createStickyPartition();
  const append = (step: Step): Answer => {
    const batchSize = numberOf(given['stickyBatchSize'], 0);
    const ready = given['batchReadyAllowsSwitch'] === true;
    const switched = stickyAppend(sticky, numberOf(step['bytes'], 0), batchSize, ready);
    if (switched) switchPartition(sticky, numberOf(given['partitions'], 1), null, 0);
    return { partitionSwitchedAfterwards: switched };
  };
  return {
    do: (step) => {
      const all = { ...given, ...step };
      switch (step['verb']) {
        case 'murmur2':
          return { hash: murmur2(keyBytes(all)) };
        case 'partitionForKey': {
          const bytes = keyBytes(all);
          return { hash: murmur2(bytes), partition: partitionForKey(bytes, numberOf(all['partitions'], 1)) };
        }
        case 'append':
          return append(step);
        case 'updatePartitionLoadStats':
          return load(listOf(all['queueSizes']).map((size) => numberOf(size, 0)));
        default:
          return NOT_MODELLED;
      }
    },
  };
}

function keyBytes(step: Step): Uint8Array {
  const text = textOrNull(step['keyUtf8']);
  if (text !== null) return encodeUtf8(text);
  const hex = textOf(step['keyHex'], '');
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

function load(queueSizes: readonly number[]): Answer {
  const partitions = queueSizes.map((_size, partition) => partition);
  const stats = partitionLoad(queueSizes, partitions, queueSizes.length);
  if (stats === null) return { adaptive: false };
  return {
    adaptive: true,
    rangeEnd: loadRangeEnd(stats),
    cumulativeFrequency: [...stats.cumulativeFrequency],
  };
}
