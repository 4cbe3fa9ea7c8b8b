/**
 * Where in a JSON text each value stands, by JSON pointer: for marks at problems, for opening a part in the text, and for
 * changing a text without touching the rest of it. Goes as far as the text is JSON and keeps what it found until there.
 */
import { pointerOf } from '#lib/editor/document-tree.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
  /** Where the value's key begins; `from` for items of lists. */
  readonly key: number;
}

interface Scan {
  readonly text: string;
  readonly spans: Map<string, Span>;
  at: number;
}

const BLANK = /[ \n\r\t]*/y;
const TEXT = /"(?:[^"\\]|\\[^])*"/y;
const WORD = /[^\s,:"[\]{}]+/y;
const MAX_DEPTH = 64;

export function findSpans(text: string): ReadonlyMap<string, Span> {
  const scan: Scan = { text, spans: new Map(), at: 0 };
  scanValue(scan, '', null, 0);
  return scan.spans;
}

/** The span of the value at `pointer`, or of the nearest part around it that the text has. */
export function nearestSpan(spans: ReadonlyMap<string, Span>, pointer: string): Span | null {
  for (let here = pointer; ; here = here.slice(0, here.lastIndexOf('/'))) {
    const span = spans.get(here);
    if (span) return span;
    if (here === '') return null;
  }
}

/** The innermost value around a place in the text. */
export function pointerAt(spans: ReadonlyMap<string, Span>, place: number): string {
  let found = '';
  let width = Infinity;
  for (const [pointer, span] of spans) {
    if (span.key > place || span.to < place || span.to - span.key >= width) continue;
    found = pointer;
    width = span.to - span.key;
  }
  return found;
}

function take(scan: Scan, pattern: RegExp): string | null {
  pattern.lastIndex = scan.at;
  const found = pattern.exec(scan.text)?.[0];
  if (found === undefined) return null;
  scan.at += found.length;
  return found;
}

function takeMark(scan: Scan, mark: string): boolean {
  take(scan, BLANK);
  if (scan.text[scan.at] !== mark) return false;
  scan.at += 1;
  return true;
}

/** False where the text stops being JSON. */
function scanValue(scan: Scan, pointer: string, key: number | null, depth: number): boolean {
  take(scan, BLANK);
  const from = scan.at;
  const keep = (whole: boolean) => {
    scan.spans.set(pointer, { from, to: scan.at, key: key ?? from });
    return whole;
  };
  const mark = scan.text[from];
  if (depth > MAX_DEPTH || mark === undefined) return keep(false);
  if (mark === '{') return keep(scanObject(scan, pointer, depth));
  if (mark === '[') return keep(scanList(scan, pointer, depth));
  return keep((take(scan, TEXT) ?? take(scan, WORD)) !== null);
}

function scanObject(scan: Scan, pointer: string, depth: number): boolean {
  scan.at += 1;
  if (takeMark(scan, '}')) return true;
  for (;;) {
    take(scan, BLANK);
    const at = scan.at;
    const key = readText(take(scan, TEXT));
    if (key === null || !takeMark(scan, ':')) return false;
    if (!scanValue(scan, pointer + pointerOf(key), at, depth + 1)) return false;
    if (takeMark(scan, ',')) continue;
    return takeMark(scan, '}');
  }
}

function scanList(scan: Scan, pointer: string, depth: number): boolean {
  scan.at += 1;
  if (takeMark(scan, ']')) return true;
  for (let index = 0; ; index += 1) {
    if (!scanValue(scan, pointer + pointerOf(index), null, depth + 1)) return false;
    if (takeMark(scan, ',')) continue;
    return takeMark(scan, ']');
  }
}

function readText(quoted: string | null): string | null {
  if (quoted === null) return null;
  try {
    const text: unknown = JSON.parse(quoted);
    return typeof text === 'string' ? text : null;
  } catch {
    return null;
  }
}
