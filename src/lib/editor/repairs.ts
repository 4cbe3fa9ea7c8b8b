/**
 * Repairs that an anomaly's rule names, computed from the document at hand: what the program, its store or its client
 * would have to say. Each is one change with the control that it opens; only repairs that would change something are
 * offered. What needs a part that is not modelled yet (an outbox and its relay) is not offered.
 */
import { parseScenario } from '#sim/scenario/parse.ts';
import type { Change } from '#lib/editor/change.ts';
import { checkName } from '#lib/editor/add-part.ts';
import { isObject, listAt, pointerOf, valueAt, type JsonObject } from '#lib/editor/document-tree.ts';
import {
  catchCrash,
  commitAfterwards,
  confirmPublishing,
  defaultDeadline,
  honourKey,
  keyedRoute,
  readFromStart,
  retryThenDrop,
  seekBack,
  settleLast,
  uniqueKey,
  type RepairStep,
} from '#lib/editor/repair-steps.ts';

export interface Repair {
  readonly id: string;
  /** "Send an idempotency key and honour it". */
  readonly name: string;
  /** What it changes and why that helps. */
  readonly says: string;
  /** `change.at` is the control that it opens. */
  readonly change: Change;
}

export interface RepairQuestion {
  /** The claim's id in the document. */
  readonly check: string;
  /** The kind of anomaly: duplicate, lost, skipped, reordered, stuck …; null asks for all of the check. */
  readonly anomaly: string | null;
}

interface Rule {
  readonly id: string;
  readonly checks: readonly string[];
  readonly anomalies: readonly string[];
  readonly name: string;
  readonly says: string;
  readonly make: RepairStep;
}

const LOSING = ['no-loss', 'commit-safety', 'effect-once'];
const LOST = ['lost', 'skipped', 'stale-commit'];

/** In the order in which they are offered: the surest first. */
const RULES: readonly Rule[] = [
  {
    id: 'idempotency-key',
    checks: ['effect-once'],
    anomalies: ['duplicate'],
    name: 'Send an idempotency key and honour it',
    says: 'Every attempt carries the same key; the operation does the same key once and repeats its first answer.',
    make: honourKey,
  },
  {
    id: 'unique-key',
    checks: ['effect-once'],
    anomalies: ['duplicate'],
    name: 'Make the row key unique',
    says: 'The table takes a key once; an insert that comes again leaves the old row and goes on.',
    make: uniqueKey,
  },
  {
    id: 'settle-last',
    checks: LOSING,
    anomalies: LOST,
    name: 'Settle after the effects',
    says: 'The offset says that the record is done. It is committed when the record is done, not before.',
    make: settleLast,
  },
  {
    id: 'seek-back',
    checks: LOSING,
    anomalies: LOST,
    name: 'Go back to a record that failed',
    says: 'The position moves back to the failed record, so that no later commit covers it.',
    make: seekBack,
  },
  {
    id: 'commit-yourself',
    checks: [...LOSING, 'effect-once'],
    anomalies: [...LOST, 'duplicate'],
    name: 'Commit each record yourself',
    says: 'Automatic commit is switched off and the handler settles at its end: at most the record in hand comes again.',
    make: commitAfterwards,
  },
  {
    id: 'confirm',
    checks: LOSING,
    anomalies: LOST,
    name: 'Wait for the broker’s answer with acks=all',
    says: 'The producer learns of a failure and sends again; the broker answers when all replicas in sync have the record.',
    make: confirmPublishing,
  },
  {
    id: 'from-the-start',
    checks: LOSING,
    anomalies: LOST,
    name: 'Begin at the earliest record',
    says: 'A group without a committed offset begins at the first record instead of behind the last.',
    make: readFromStart,
  },
  {
    id: 'key-the-route',
    checks: ['key-order'],
    anomalies: ['reordered'],
    name: 'Give the events a key',
    says: 'Events of one key go to one partition, and a partition keeps its order.',
    make: keyedRoute,
  },
  {
    id: 'catch-the-crash',
    checks: ['progress', 'no-loss'],
    anomalies: ['stuck', 'lost'],
    name: 'Catch the error and set the record aside',
    says: 'The step fails instead of ending the process; after three deliveries the record is dropped, and the trace says so.',
    make: catchCrash,
  },
  {
    id: 'retry-then-drop',
    checks: ['progress'],
    anomalies: ['stuck'],
    name: 'Try three times, then drop',
    says: 'One record that never succeeds no longer holds up the partition; dropping it is recorded.',
    make: retryThenDrop,
  },
  {
    id: 'poll-deadline',
    checks: ['progress', 'effect-once', 'exclusive-assignment'],
    anomalies: ['stuck', 'duplicate', 'zombie', 'overlap'],
    name: 'Give the handler its default deadlines',
    says: 'A member that takes long between two polls, or stands still for a while, stays in the group.',
    make: defaultDeadline,
  },
];

/** The claim in the document that goes by this id: its `as`, else its name. */
function claimOf(
  document: JsonObject,
  id: string,
): { readonly name: string; readonly words: JsonObject } | null {
  for (const check of listAt(document, '/checks')) {
    const name = checkName(check);
    const given = isObject(check) ? check['as'] : undefined;
    if ((typeof given === 'string' ? given : name) !== id) continue;
    const words = isObject(check) ? check[name] : undefined;
    return { name, words: isObject(words) ? words : {} };
  }
  return null;
}

export function repairsFor(document: JsonObject, question: RepairQuestion): Repair[] {
  const claim = claimOf(document, question.check);
  if (claim === null) return [];
  const { anomaly } = question;
  const rules = RULES.filter(
    (rule) => rule.checks.includes(claim.name) && (anomaly === null || rule.anomalies.includes(anomaly)),
  );
  const offered: Repair[] = [];
  for (const { id, name, says, make } of rules) {
    const made = make(document, claim.words);
    // what mends a log may mean nothing to a share group or a queue
    if (made === null || !parseScenario(JSON.stringify(made.document)).ok) continue;
    const what = `repair: ${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
    offered.push({ id, name, says, change: { what, document: made.document, at: made.opens } });
  }
  return offered;
}

/** Claims that the file itself expects to fail, for a page without a run. */
export function expectedToFail(document: JsonObject): RepairQuestion[] {
  const ids = listAt(document, '/checks').map((check) => {
    const given = isObject(check) ? check['as'] : undefined;
    return typeof given === 'string' ? given : checkName(check);
  });
  return ids.filter((id) => isInvalid(document, id)).map((check) => ({ check, anomaly: null }));
}

function isInvalid(document: JsonObject, id: string): boolean {
  const expected = valueAt(document, pointerOf('expect', id));
  return expected === 'invalid' || (isObject(expected) && expected['verdict'] === 'invalid');
}
