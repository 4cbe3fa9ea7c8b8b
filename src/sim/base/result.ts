/** Success with a value, or failure with everything that was wrong: the author's mistakes, never an exception. */
export type Result<T, E> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: E };

export function success<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function failure<E>(problems: E): { readonly ok: false; readonly problems: E } {
  return { ok: false, problems };
}
