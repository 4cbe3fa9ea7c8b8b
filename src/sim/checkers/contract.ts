/**
 * What checkers must know of a scenario to judge its trace: who reads what by contract, what a handler does, what was
 * declared. Plain data, built once by `run` from the parsed scenario; names are the words that stand in the records.
 * Left out: everything that can be read from the trace itself (assignments, generations, durations).
 */
export interface CheckContract {
  /** By entity: its name, `payment-1`. */
  readonly entityNames: readonly string[];
  readonly topics: readonly TopicContract[];
  readonly groups: readonly GroupContract[];
  /** The processes that consume in a group. Others need not be named. */
  readonly instances: readonly InstanceContract[];
  readonly events: readonly EventContract[];
  readonly tables: readonly TableContract[];
  /** Reasons in `skipped` records that the scenario declares: `ignore`, and the policy that drops a record. */
  readonly declaredSkips: readonly string[];
  /** Whether some producer writes in transactions of the broker. */
  readonly transactional?: boolean;
}

export interface TopicContract {
  readonly name: string;
  /** The largest number during the run, where a fault alters it. */
  readonly partitions: number;
}

export interface GroupContract {
  readonly name: string;
  readonly service: string;
  readonly topics: readonly string[];
  readonly handlers: readonly HandlerContract[];
  /** `session.timeout.ms`, in microseconds. */
  readonly sessionTimeout: number;
  /** Deliveries in total that its error policy declares; null where it declares none. */
  readonly deliveries: number | null;
  /** Whether the client commits by itself, so that the last commit may be due after everything else has ended. */
  readonly autoCommit: boolean;
  /** Whether all its members read committed records alone: what a transaction took back is not owed to it. */
  readonly readCommitted?: boolean;
}

export interface HandlerContract {
  readonly event: string;
  /** What it may do to the outside: `cards.charge`, `ledger.orders`, as in `EffectOnceSpec.effect`. */
  readonly effects: readonly string[];
  /**
   * Its steps, as named in `step` records, that settle or commit and behind which nothing of consequence (call,
   * transaction, insert, update, publish) can follow on their path: when such a step begins, the record has been served.
   */
  readonly completes: readonly string[];
}

export interface InstanceContract {
  /** The entity that delivers, handles, commits, and that `process` records speak of. */
  readonly entity: number;
  readonly group: string;
}

export interface EventContract {
  readonly name: string;
  /** The field that alone is the key of its records (`order.id` for `"{order.id}"`), null where it is anything else. */
  readonly keyField: string | null;
}

export interface TableContract {
  /** `ledger.orders` */
  readonly effect: string;
  /** Entity of its database, and its name in that database's records. */
  readonly database: number;
  readonly table: string;
}

/** One claim of a file. `id` is what `expect` calls it. `groups` null: every group of the contract. */
export type CheckSpec = { readonly id: string } & (
  | NoLossSpec
  | EffectOnceSpec
  | KeyOrderSpec
  | CommitSafetySpec
  | OutboxSpec
  | ExclusiveAssignmentSpec
  | NoPhantomEffectSpec
  | ProgressSpec
);

interface OfGroups {
  readonly groups: readonly string[] | null;
}

export type NoLossSpec = OfGroups & { readonly check: 'no-loss' };
export type KeyOrderSpec = OfGroups & { readonly check: 'key-order' };
export type CommitSafetySpec = OfGroups & { readonly check: 'commit-safety' };
export type NoPhantomEffectSpec = OfGroups & { readonly check: 'no-phantom-effect' };
export type ExclusiveAssignmentSpec = OfGroups & { readonly check: 'exclusive-assignment' };

export interface EffectOnceSpec {
  readonly check: 'effect-once';
  readonly effect: string;
  /** The field whose values count as the same business. */
  readonly per: string;
  /** Whether none at all is a violation too. */
  readonly required: boolean;
}

export interface OutboxSpec {
  readonly check: 'outbox';
  /** The business table: `ledger.orders`. */
  readonly table: string;
  readonly event: string;
  /** The event's field that equals the row's key. */
  readonly per: string;
}

export type ProgressSpec = OfGroups & {
  readonly check: 'progress';
  /** Microseconds; null: the session timeout plus twice the longest handler. */
  readonly window: number | null;
  /** Null: what the error policy declares, else 1,000. */
  readonly maxDeliveries: number | null;
};

export type CheckName = CheckSpec['check'];
