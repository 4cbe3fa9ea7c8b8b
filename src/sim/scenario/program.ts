/**
 * A handler's program: named steps, one verb each. Between any two steps of an instance is a crash point,
 * `point#before` and `point#after`. `name` is unique within a service and event type; `point` is unique in the file:
 * `payment/charge`, or `payment/order.placed/charge` where two event types of the service have a step of that name.
 */
import type { Condition, Distribution, Segment, Template } from '#sim/scenario/values.ts';

export interface StepNames {
  /** `charge`, `publish-2`, `transaction/insert` */
  readonly name: string;
  readonly point: string;
}

export interface ColumnValue {
  readonly column: string;
  readonly value: Template;
}

export interface FieldSource {
  readonly field: string;
  readonly from: Segment;
}

export type Step = StepNames &
  (
    | {
        readonly verb: 'call';
        readonly store: string;
        readonly operation: string;
        /** Business key in the ledger. */
        readonly key: Template;
        readonly amount: Template | null;
        readonly idempotencyKey: Template | null;
        /** How long the caller waits for an answer; null waits for ever. */
        readonly timeout: number | null;
      }
    | {
        readonly verb: 'transaction';
        /** Of a database, or of the broker in use: publishes and settles inside are then all or nothing. */
        readonly of: 'database' | 'broker';
        readonly store: string;
        readonly do: readonly Step[];
      }
    | {
        readonly verb: 'insert';
        readonly store: string;
        readonly table: string;
        readonly key: Template;
        readonly values: readonly ColumnValue[];
        /**
         * Where a unique key is taken: `fail` is a definite failure of the handler, `ignore` leaves the old row,
         * `rollback` undoes the transaction and goes on behind it.
         */
        readonly onConflict: 'fail' | 'ignore' | 'rollback';
      }
    | {
        readonly verb: 'update';
        readonly store: string;
        readonly table: string;
        readonly key: Template;
        readonly set: readonly ColumnValue[];
        readonly add: readonly ColumnValue[];
        readonly onMissing: 'fail' | 'ignore';
      }
    | {
        readonly verb: 'read';
        readonly store: string;
        readonly table: string;
        readonly key: Template;
        readonly into: string;
      }
    | {
        readonly verb: 'publish';
        readonly event: string;
        readonly wait: 'none' | 'confirm';
        /** Where each field of the new event comes from, sorted by field. */
        readonly fields: readonly FieldSource[];
      }
    /** `within` a transaction of the broker it counts from its commit on. */
    | { readonly verb: 'settle'; readonly within: boolean }
    | { readonly verb: 'commit'; readonly what: 'positions' | 'async' }
    | { readonly verb: 'seek'; readonly to: 'failed' }
    /** Gives the message back, so that it is delivered again, or declares it undeliverable. */
    | { readonly verb: 'nack' | 'reject'; readonly requeue: boolean }
    /** Keeps the message for longer; µs. */
    | { readonly verb: 'extend'; readonly time: number }
    /** Busy: the process computes. */
    | { readonly verb: 'work'; readonly time: Distribution }
    /** Idle: time passes. */
    | { readonly verb: 'wait'; readonly time: Distribution }
    | { readonly verb: 'when'; readonly condition: Condition; readonly do: readonly Step[] }
    /** The handler ends here and is well. */
    | { readonly verb: 'stop' }
    | {
        readonly verb: 'fail';
        /** `crash` ends the process at once, before onError is asked. */
        readonly kind: 'transient' | 'permanent' | 'crash';
        readonly condition: Condition | null;
      }
  );
