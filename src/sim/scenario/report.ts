/**
 * The list of problems while a file is being read: every problem at once, but a bounded number; pointers (RFC 6901);
 * proposals for misspelt names. What is echoed from a file is shortened and made printable.
 */
import { LIMITS } from '#sim/scenario/limits.ts';
import type { Problem } from '#sim/scenario/values.ts';

export interface Report {
  readonly problems: Problem[];
  readonly warnings: Problem[];
  /** Problems found beyond the limit and not kept. */
  dropped: number;
  /** Where parts of the file were left out because their shape is wrong; see `intact`. */
  readonly broken: string[];
}

export function createReport(): Report {
  return { problems: [], warnings: [], dropped: 0, broken: [] };
}

/** Whether further problems are only counted. */
export function isFull(report: Report): boolean {
  return report.problems.length >= LIMITS.problems;
}

export function problem(report: Report, pointer: string, sentence: string, hint?: string): void {
  if (isFull(report)) report.dropped += 1;
  else report.problems.push(hint === undefined ? { pointer, sentence } : { pointer, sentence, hint });
}

export function warning(report: Report, pointer: string, sentence: string, hint?: string): void {
  if (report.warnings.length >= LIMITS.problems) return;
  report.warnings.push(hint === undefined ? { pointer, sentence } : { pointer, sentence, hint });
}

/** Notes that the part at `pointer` is left out. */
export function leaveOut(report: Report, pointer: string): void {
  if (report.broken.length < LIMITS.problems) report.broken.push(pointer);
}

/**
 * Whether nothing in these areas was left out. Where something was, what is missing elsewhere may only seem to be, and
 * complaints about absence are not made.
 */
export function intact(report: Report, ...areas: readonly string[]): boolean {
  if (report.broken.length >= LIMITS.problems) return false;
  return !report.broken.some((pointer) =>
    areas.some((area) => within(pointer, area) || within(area, pointer)),
  );
}

function within(pointer: string, area: string): boolean {
  return pointer === area || area === '' || pointer.startsWith(`${area}/`);
}

/** The problems for the author, in the file's order of discovery, with a last word on those not shown. */
export function closeReport(report: Report): Problem[] {
  if (report.dropped === 0) return report.problems;
  const sentence = `There are ${report.dropped} more problems.`;
  return [...report.problems, { pointer: '', sentence, hint: 'Repair these first.' }];
}

/** `pointer` one level down. */
export function at(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** A value as a sentence quotes it: at most 60 characters, on one line. */
export function quote(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(shorten(value)) : String(value);
  return text;
}

/** One printable line of at most 60 characters; controls and unpaired halves of characters become question marks. */
export function shorten(text: string): string {
  let line = '';
  for (const character of text.slice(0, 240)) {
    const code = character.codePointAt(0) ?? 0;
    const control = code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029;
    line += control || (code >= 0xd800 && code < 0xe000) ? '?' : character;
  }
  return line.length <= 60 && text.length <= 240 ? line : `${[...line].slice(0, 57).join('')}...`;
}

/** `a`, `a or b`, `a, b or c`; long lists are cut. */
export function either(names: readonly string[]): string {
  const shown = names.slice(0, 12);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} or one of ${rest} more`;
  const last = shown.at(-1) ?? '';
  return shown.length <= 1 ? last : `${shown.slice(0, -1).join(', ')} or ${last}`;
}

/** "did you mean `orders`?", or the choice where nothing is near and the choice is short. */
export function proposal(name: string, known: readonly string[]): string | undefined {
  const near = nearest(name, known);
  if (near !== null) return `Did you mean \`${near}\`?`;
  if (known.length === 0 || known.length > 24) return undefined;
  return `Known here: ${either(known)}.`;
}

/** The known name that `name` most resembles, or null. */
export function nearest(name: string, known: readonly string[]): string | null {
  if (name.length > 80 || known.length > 2_000) return null;
  const lower = name.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.floor(name.length / 3) + 1;
  for (const candidate of known) {
    if (candidate === name) continue;
    const folded = candidate.toLowerCase();
    const distance = folded === lower ? 0 : editDistance(lower, folded, bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Edits (insert, delete, replace, swap of neighbours) from `a` to `b`; `limit` and above are all the same. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? limit;
}
