/** The verbs of the retention-compaction cases: retentionCheck over segments, clean over records, selectForCleaning. */
import { clean, dirtyRatio, selectedForCleaning } from '#sim/brokers/kafka/retention/compaction.ts';
import type { CompactedLog, CompactedRecord } from '#sim/brokers/kafka/retention/compaction.ts';
import { applyRetention } from '#sim/brokers/kafka/retention/retention.ts';
import type { LogSegment, SegmentedLog } from '#sim/brokers/kafka/retention/segments.ts';
import {
  listOf,
  NOT_MODELLED,
  numberOf,
  recordOf,
  textOf,
  textOrNull,
  type Answer,
  type KafkaCase,
  type Step,
} from '#sim/brokers/kafka/verbs/step.ts';

/** Kafka's defaults, where a case does not say. */
const WEEK = 604_800_000;
const DAY = 86_400_000;
const HALF = 0.5;

export function retentionCase(given: Step): KafkaCase {
  const segmented = segmentedLog(given);
  const compacted = compactedLog(given);
  return {
    do: (step) => {
      const facts = { ...given, ...step };
      switch (step['verb']) {
        case 'retentionCheck':
          return retentionCheck(segmented, facts);
        case 'clean':
          return cleanOnce(compacted, facts);
        case 'selectForCleaning':
          return selectForCleaning(facts);
        default:
          return NOT_MODELLED;
      }
    },
  };
}

function segmentedLog(given: Step): SegmentedLog {
  const segments = listOf(given['segments']).map((one): LogSegment => {
    const facts = recordOf(one);
    const largestTimestamp = numberOf(facts['largestTimestamp'], -1);
    return {
      baseOffset: numberOf(facts['baseOffset'], 0),
      bytes: numberOf(facts['bytes'], 0),
      firstTimestamp: numberOf(facts['firstTimestamp'], largestTimestamp),
      largestTimestamp,
    };
  });
  const first = segments[0]?.baseOffset ?? 0;
  const logEnd = numberOf(given['logEndOffset'], first);
  return {
    segments,
    logStart: numberOf(given['logStartOffset'], first),
    logEnd,
    highWatermark: numberOf(given['highWatermark'], logEnd),
  };
}

function retentionCheck(log: SegmentedLog, facts: Step): Answer {
  const policy = {
    deletes: textOf(facts['cleanup.policy'], 'delete').includes('delete'),
    age: numberOf(facts['retention.ms'], WEEK),
    bytes: numberOf(facts['retention.bytes'], -1),
  };
  const deletedSegments = applyRetention(log, policy, numberOf(facts['now'], 0));
  return { deletedSegments, logStartOffset: log.logStart, logEndOffset: log.logEnd };
}

function compactedLog(given: Step): CompactedLog {
  const records = listOf(given['records']).map((one): CompactedRecord => {
    const facts = recordOf(one);
    return {
      offset: numberOf(facts['offset'], 0),
      key: textOf(facts['key'], ''),
      value: textOrNull(facts['value']),
      timestamp: numberOf(facts['timestamp'], 0),
      aborted: false,
    };
  });
  const firstDirtyOffset = numberOf(given['firstDirtyOffset'], numberOf(given['logStartOffset'], 0));
  return { records, firstDirtyOffset, deleteHorizons: new Map() };
}

function cleanOnce(log: CompactedLog, facts: Step): Answer {
  const logEndOffset = numberOf(facts['logEndOffset'], endOf(facts));
  const limits = {
    activeSegmentBase: numberOf(facts['activeSegmentBaseOffset'], logEndOffset),
    lastStableOffset: numberOf(facts['lastStableOffset'], numberOf(facts['highWatermark'], logEndOffset)),
    minLag: numberOf(facts['min.compaction.lag.ms'], 0),
    deleteRetention: numberOf(facts['delete.retention.ms'], DAY),
  };
  clean(log, limits, numberOf(facts['at'], 0));
  return {
    survivors: log.records.map(({ offset, key, value }) => [offset, key, value]),
    firstDirtyOffset: log.firstDirtyOffset,
    logStartOffset: numberOf(facts['logStartOffset'], 0),
    logEndOffset,
  };
}

/** The offset after the last record that the case began with. */
function endOf(facts: Step): number {
  const records = listOf(facts['records']);
  return numberOf(recordOf(records[records.length - 1])['offset'], -1) + 1;
}

function selectForCleaning(facts: Step): Answer {
  const ratio = dirtyRatio(numberOf(facts['cleanBytes'], 0), numberOf(facts['cleanableBytes'], 0));
  const least = numberOf(facts['min.cleanable.dirty.ratio'], HALF);
  return { dirtyRatio: ratio, cleaned: selectedForCleaning(ratio, least) };
}
