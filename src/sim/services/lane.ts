/**
 * One thread of a service: which program it runs, how far it is, what it has in hand and what it waits for. Plain data
 * of one shape. A consumer has one lane (its poll loop is one thread), a producer as many as its concurrency.
 */
import type { Delivery } from '#sim/messaging/client-face.ts';
import type { CallRequest, ColumnCell } from '#sim/stores/protocol.ts';

export const IDLE = 0;
/** To be run on now. */
export const READY = 1;
/** Waits for the answer of a store (`peer`). */
export const CALLING = 2;
/** Waits for its producer client: a confirm. */
export const PUBLISHING = 3;
/** Waits for its consumer client: a commit, a seek. */
export const SETTLING = 4;
/** Waits for a timer: work, wait, backoff. */
export const TIMING = 5;

/** What comes next for a lane that is ready. */
export const RECORD_BEFORE = 0;
export const EXECUTE = 1;
/** The answer is there: what it means for the step at hand. */
export const CONCLUDE = 2;
export const RECORD_AFTER = 3;
/** A step has failed, or wants its transaction undone. */
export const TROUBLE = 4;
export const UNDONE = 5;
export const POLICY = 6;
export const TRY_AGAIN = 7;
export const DROPPED = 8;
export const FINISH = 9;
export const LEAVE = 10;
/** The transaction of the carrier has been aborted. */
export const ABANDONED = 11;

/** A row that `read … into` has found. */
export interface FoundRow {
  readonly key: number;
  readonly cells: Readonly<Record<string, ColumnCell>>;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export interface Lane {
  readonly number: number;
  status: number;
  phase: number;
  /** Row of the program, and of the instruction in it. */
  program: number;
  pc: number;
  /** What an answer must carry to be the one waited for; -1 = none. */
  token: number;
  peer: number;
  /** Handle of the timeout's timer, -1 = none. */
  timer: number;
  /** Record that the lane goes on from. */
  cause: number;
  /** The last answer: code (-1 = well), whether a failure is definite, and the row that came with it. */
  answer: number;
  definite: number;
  row: Readonly<Record<string, ColumnCell>> | null;
  /** How the step at hand ended. `undo`: the transaction is to be rolled back though nothing failed. */
  code: number;
  failed: boolean;
  undo: boolean;
  /** A failure that trying again cannot cure. */
  permanent: boolean;
  outcome: number;
  mid: number;
  lid: number;
  item: number;
  topic: number;
  partition: number;
  offset: number;
  generation: number;
  /** When it was given the record. */
  began: number;
  /** Tries in place by this process, and starts on this event over the whole service; from 1. */
  tries: number;
  attempt: number;
  /** Number of the open transaction, 0 = none; that of the one asked for; its database, and where it ends. */
  transaction: number;
  opening: number;
  database: number;
  commitAt: number;
  /** Where the open transaction of the carrier ends, -1 = none is open. */
  carriedUntil: number;
  /** Business key and amount of the call under way. */
  key: number;
  amount: number;
  rows: (FoundRow | null)[];
  /** The request of its last call; once it has been answered nobody looks at it any more, and the next call uses it again. */
  request: Mutable<CallRequest> | null;
  answered: boolean;
}

export function createLane(number: number): Lane {
  return {
    number,
    status: IDLE,
    phase: RECORD_BEFORE,
    program: -1,
    pc: 0,
    token: -1,
    peer: -1,
    timer: -1,
    cause: -1,
    answer: -1,
    definite: 1,
    row: null,
    code: -1,
    failed: false,
    undo: false,
    permanent: false,
    outcome: 0,
    mid: -1,
    lid: -1,
    item: -1,
    topic: -1,
    partition: -1,
    offset: -1,
    generation: -1,
    began: 0,
    tries: 1,
    attempt: 1,
    transaction: 0,
    opening: 0,
    database: -1,
    commitAt: 0,
    carriedUntil: -1,
    key: -1,
    amount: 0,
    rows: [],
    request: null,
    answered: false,
  };
}

export function takeDelivery(lane: Lane, delivery: Delivery, now: number): void {
  lane.began = now;
  lane.mid = delivery.mid;
  lane.lid = delivery.lid;
  lane.topic = delivery.topic;
  lane.partition = delivery.partition;
  lane.offset = delivery.offset;
  lane.generation = delivery.generation;
}

/** Puts the lane before the first step of a program. */
export function begin(lane: Lane, program: number, slots: number, attempt: number): void {
  lane.status = READY;
  lane.phase = RECORD_BEFORE;
  lane.program = program;
  lane.pc = 0;
  lane.attempt = attempt;
  lane.code = -1;
  lane.failed = false;
  lane.undo = false;
  lane.permanent = false;
  lane.transaction = 0;
  lane.carriedUntil = -1;
  if (slots > 0) {
    const rows: (FoundRow | null)[] = [];
    for (let slot = 0; slot < slots; slot += 1) rows.push(null);
    lane.rows = rows;
  }
}
