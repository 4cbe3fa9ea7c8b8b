/**
 * Assertions for our own bugs, always on, in production too (architecture, section 4).
 * A failed assertion is never a fact about the simulated world: those are values with a code.
 */

/** A broken invariant of the simulator itself; the message begins with the rule's id in brackets. */
export class AssertionFailure extends Error {
  override readonly name = 'AssertionFailure';
}

/** Throws `AssertionFailure` with `message` (`'[KAFKA-LOG-3] …'`) unless `condition` holds. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionFailure(message);
}

/** Marks a place that an exhaustive switch cannot reach. */
export function unreachable(value: never): never {
  throw new AssertionFailure(`[BASE-1] unreachable: ${String(value)}`);
}

/** The value, which is known to be there; `message` says why. */
export function present<T>(value: T | undefined | null, message: string): T {
  if (value === undefined || value === null) throw new AssertionFailure(message);
  return value;
}
