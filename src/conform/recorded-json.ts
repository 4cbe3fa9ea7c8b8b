/**
 * JSON of recordings, with the one care that JSON.parse does not take: a whole number beyond 2^53 (Kafka's
 * Long.MAX_VALUE, 9223372036854775807) becomes a bigint instead of the nearest double. Nesting is bounded, so that
 * what walks the value afterwards may be recursive.
 */
const DEPTH = 100;
/** Strings (which may hold anything), numbers, and the brackets that nest. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[[\]{}]/gs;
/** No recording begins a string with a control character. */
const MARK = '\\u0001int64:';
const MARKED = /^\u0001int64:(-?\d+)$/;

/** The value of a file's text, or one sentence about why there is none. */
export function readRecordedJson(text: string): { readonly value: unknown } | { readonly problem: string } {
  let depth = 0;
  let deepest = 0;
  const marked = text.replace(/^\ufeff/, '').replace(TOKENS, (token) => {
    if (token === '[' || token === '{') deepest = Math.max(deepest, (depth += 1));
    else if (token === ']' || token === '}') depth -= 1;
    else if (/^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token))) return `"${MARK}${token}"`;
    return token;
  });
  if (deepest > DEPTH) return { problem: `It is nested more than ${DEPTH} levels deep.` };
  try {
    return { value: JSON.parse(marked, restore) as unknown };
  } catch (error) {
    return { problem: `It is not JSON: ${error instanceof Error ? error.message : String(error)}.` };
  }
}

function restore(_key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const digits = MARKED.exec(value)?.[1];
  return digits === undefined ? value : BigInt(digits);
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a line shows it: JSON, bigints as their digits, cut after `most` characters. */
export function showValue(value: unknown, most = 160): string {
  if (value === undefined) return 'nothing';
  const plain = (_key: string, held: unknown): unknown => (typeof held === 'bigint' ? `${held}` : held);
  const shown = (JSON.stringify(value, plain) as string | undefined) ?? String(value);
  return shown.length <= most ? shown : `${shown.slice(0, most - 3)}...`;
}
