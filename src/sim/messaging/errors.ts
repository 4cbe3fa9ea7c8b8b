/**
 * Failures of the simulated world: values with a code, never exceptions. `definite` answers the one question that
 * matters to a caller: is it certain that the request had no effect? (Maelstrom's word for it.)
 */
export interface WorldError {
  /** The protocol's own word: `NOT_ENOUGH_REPLICAS`, `REQUEST_TIMED_OUT`, `declined`. */
  readonly code: string;
  /** True where the request certainly did not take place; false where nobody on this side can know. */
  readonly definite: boolean;
}
