/**
 * What a service runs, compiled: a handler's steps as a flat array of instructions with jumps (`when` and
 * `transaction` are flattened), templates and conditions with every name resolved to a row or an id. All of it is
 * build-time data, shared by the instances of a service and never written. The compile step is run/compile-program.
 * Instructions, templates and conditions each have one shape for all their kinds, so that the loop that reads them
 * sees one hidden class.
 */
import type { CompiledDistribution } from '#sim/kernel/distribution.ts';
import type { StatementKind } from '#sim/stores/protocol.ts';

export const CALL_STEP = 0;
/** A transaction's first half: asks the database to begin. `target` is its COMMIT_STEP. */
export const BEGIN_STEP = 1;
/** A transaction's second half. */
export const COMMIT_STEP = 2;
/** insert, update, read. */
export const STATEMENT_STEP = 3;
export const PUBLISH_STEP = 4;
export const SETTLE_STEP = 5;
/** A family's own word (`command`). */
export const COMMAND_STEP = 6;
export const WORK_STEP = 7;
export const WAIT_STEP = 8;
/** Goes to `target` (its JOIN_STEP) unless the condition holds. */
export const WHEN_STEP = 9;
export const JOIN_STEP = 10;
export const STOP_STEP = 11;
export const FAIL_STEP = 12;

/** The halves of a transaction of the carrier, and a settle inside: `target` of the first is the second. */
export const CARRIER_BEGIN_STEP = 13;
export const CARRIER_COMMIT_STEP = 14;
export const ENLIST_STEP = 15;

/** As `next`: behind the last step of any program. */
export const END = 1_000_000_000;

/** What a template is: the kinds of its one piece, or several pieces joined. */
export const TEXT = 0;
export const FIELD = 1;
export const EVENT_ID = 2;
export const EVENT_TYPE = 3;
export const EVENT_KEY = 4;
/** `column` of the row in `slot`. */
export const ROW_COLUMN = 5;
export const ROW_KEY = 6;
export const JOINED = 7;

export interface Template {
  readonly kind: number;
  /** FIELD: row in the item table. */
  readonly field: number;
  readonly slot: number;
  readonly column: string;
  /** TEXT: the words, the key that reads so, and the value for a column: a number where it is one. */
  readonly text: string;
  readonly key: number;
  readonly cell: string | number;
  readonly parts: readonly Template[];
}

export const NTH = 0;
export const FIELD_COMPARED = 1;
export const DELIVERY_COMPARED = 2;
export const PROBABILITY = 3;
export const FOUND = 4;
export const ALL_OF = 5;

export type Comparison = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte';

export interface Condition {
  readonly kind: number;
  /** NTH: which time, and the row of the service-wide count. */
  readonly nth: number;
  readonly counter: number;
  /** FIELD_COMPARED: what is compared. */
  readonly operand: Template | null;
  readonly compare: Comparison;
  readonly value: string | number;
  /** PROBABILITY: times in of, drawn from the stream. */
  readonly times: number;
  readonly of: number;
  readonly stream: number;
  /** FOUND: the row's slot, and whether it must be there (1) or missing (0). */
  readonly slot: number;
  readonly found: number;
  readonly parts: readonly Condition[];
}

export interface ColumnSource {
  readonly column: string;
  readonly from: Template;
}

/** How an event of one type leaves this service. */
export interface Publication {
  /** Name ids. */
  readonly type: number;
  readonly topic: number;
  /** The producer client's number of the route. */
  readonly route: number;
  /** The record's key, read from the new event; null = without one. */
  readonly key: Template | null;
  readonly confirmed: boolean;
  /** Fields that are not simply those of the item or event at hand. */
  readonly fields: readonly { readonly field: number; readonly from: Template }[];
  /** Fields that are: the event at hand may itself carry them otherwise than its item does. */
  readonly inherited: readonly number[];
}

export type FailureKind = 'transient' | 'permanent' | 'crash';

export interface Instruction {
  readonly op: number;
  /** Name ids: `charge`, and `payment/charge`, unique in the file, which the trace's step records carry. */
  readonly step: number;
  readonly point: number;
  /** Whether it records its beginning and its end: the halves of a block share one step. */
  readonly before: boolean;
  readonly after: boolean;
  readonly next: number;
  readonly target: number;
  /** Entity of the store, and row of the operation or table there. */
  readonly store: number;
  readonly row: number;
  /** Name id of what it does on the outside (`cards.charge`). */
  readonly effect: number;
  readonly key: Template | null;
  readonly amount: Template | null;
  readonly idempotencyKey: Template | null;
  /** call: how many of the same operation stand before it in the program. */
  readonly repeat: number;
  /** µs; -1 = waits for ever. */
  readonly timeout: number;
  readonly statement: StatementKind;
  readonly set: readonly ColumnSource[];
  readonly add: readonly ColumnSource[];
  readonly otherwise: 'fail' | 'ignore' | 'rollback';
  /** read: where the row goes. */
  readonly slot: number;
  readonly publication: Publication | null;
  readonly command: string;
  readonly time: CompiledDistribution | null;
  /** Stream of the work or waiting time. */
  readonly stream: number;
  readonly condition: Condition | null;
  readonly failure: FailureKind;
}

export interface Program {
  readonly code: readonly Instruction[];
  /** How many rows `read … into` fills. */
  readonly slots: number;
}

export interface Backoff {
  readonly first: number;
  readonly factor: number;
  readonly max: number;
}

export type FinalPolicy = 'poll-on' | 'crash' | 'seek-back' | 'nack' | 'drop';

/** What a failed step leads to: so many tries in place (1 = none again), then the policy. */
export interface OnError {
  readonly deliveries: number;
  readonly backoff: Backoff;
  readonly then: FinalPolicy;
}

/** One deployed version of what a service runs. */
export interface Revision {
  readonly programs: readonly Program[];
  /** By name id of the event type: row of its program, -1 = no handler. */
  readonly handlers: Int32Array;
  /** Row of the program that an arrival runs, -1 = none. */
  readonly arrival: number;
  readonly onError: OnError;
}
