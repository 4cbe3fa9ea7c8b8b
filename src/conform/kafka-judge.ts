/**
 * The rules of the Kafka recordings that need more than an answer and an expectation: `exact`, which says whether the
 * placement of an assignment counts, `properties` of an assignment, and the records of one poll over several
 * partitions, whose order holds within a partition only.
 */
import { assignmentInput, assignmentProperties } from '#conform/assignment-properties.ts';
import type { RecordedCase, RecordedStep } from '#conform/case-file.ts';
import { differences, type Difference, type MatchRules } from '#conform/match.ts';
import { isObject, type JsonObject } from '#conform/recorded-json.ts';

const rules: MatchRules = {
  sets: new Set([
    'completes',
    'members',
    'membersSentToLeader',
    'isr',
    'removedFromIsr',
    'deletedSegments',
    'assignment',
    'revoked',
  ]),
  whole: new Set(['assignment', 'revoked']),
};

export function judgeKafka(one: RecordedCase, step: RecordedStep, answer: JsonObject): Difference[] {
  const { exact, properties, records, ...claims } = step.expect;
  const { assignment: _inexact, ...others } = claims;
  const expected = exact === false ? others : claims;
  const found = differences(expected, answer, rules);
  if (isObject(properties)) {
    const actual = assignmentProperties(assignmentInput(one.given, step.do), answer['assignment']);
    found.push(...differences({ properties }, { properties: actual }, rules));
  }
  if (records !== undefined) {
    const partitionOf = partitionsByRecord(one.given['records']);
    const wanted = { records: byPartition(records, partitionOf) };
    found.push(...differences(wanted, { records: byPartition(answer['records'], partitionOf) }, rules));
  }
  return found;
}

/** Where a case's log has several partitions: which of them holds a record's value. */
function partitionsByRecord(records: unknown): ReadonlyMap<unknown, number> {
  const found = new Map<unknown, number>();
  if (!isObject(records)) return found;
  Object.values(records).forEach((values, partition) => {
    if (Array.isArray(values)) for (const value of values as unknown[]) found.set(value, partition);
  });
  return found;
}

function byPartition(records: unknown, partitionOf: ReadonlyMap<unknown, number>): unknown {
  if (!Array.isArray(records)) return records;
  const place = (record: unknown): number => partitionOf.get(record) ?? -1;
  return (records as unknown[]).toSorted((a, b) => place(a) - place(b));
}
