/**
 * The rules of the Kafka recordings that need more than an answer and an expectation: `exact`, which says whether the
 * placement of an assignment counts, `properties` of an assignment, and the records of one poll over several
 * partitions, whose order holds within a partition only; and where a poll's `position` was read.
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

export function judgeKafka(one: RecordedCase, step: RecordedStep, whole: JsonObject): Difference[] {
  const answer = startsPoll(step.expect) && 'began' in whole ? { ...whole, position: whole['began'] } : whole;
  const { exact, properties, records, ...claims } = step.expect;
  const expected = { ...claims };
  if (exact === false) delete expected['assignment'];
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

/**
 * An expectation is read in its order: a `position` that stands before the `records` of a poll is the one that the poll
 * resolved and read from, elsewhere the one that it left.
 */
function startsPoll(expect: JsonObject): boolean {
  const fields = Object.keys(expect);
  const position = fields.indexOf('position');
  return position >= 0 && position < fields.indexOf('records');
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
