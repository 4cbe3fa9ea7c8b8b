/**
 * Strict JSON (RFC 8259) from text, for files that anybody may drop on a page: bounded depth and number of values, line
 * and column of the first error in the same words in every engine, keys that stand twice and keys that would reach an
 * object's prototype as problems. Nothing is thrown. A byte order mark is skipped.
 */
import { LIMITS } from '#sim/scenario/limits.ts';
import { at, leaveOut, problem, quote, type Report } from '#sim/scenario/report.ts';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const POLLUTING = new Set(['__proto__', 'constructor', 'prototype']);
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

interface Reader {
  readonly text: string;
  readonly report: Report;
  at: number;
  depth: number;
  values: number;
  failed: boolean;
}

/** The value of `text`, or undefined after a problem that leaves none. */
export function readJson(text: string, report: Report): Json | undefined {
  const reader: Reader = { text, report, at: 0, depth: 0, values: 0, failed: false };
  if (text.charCodeAt(0) === 0xfeff) reader.at = 1;
  const value = readValue(reader, '');
  if (reader.failed) return undefined;
  skipBlanks(reader);
  if (reader.at < text.length) {
    fail(reader, '', 'text after the end of the JSON value', 'A scenario file holds one object.');
    return undefined;
  }
  return value;
}

function fail(reader: Reader, pointer: string, what: string, hint?: string): null {
  if (reader.failed) return null;
  reader.failed = true;
  const before = reader.text.slice(0, reader.at);
  const line = before.split('\n').length;
  const column = reader.at - (before.lastIndexOf('\n') + 1) + 1;
  const sentence = `This is not JSON: ${what} at line ${line}, column ${column}.`;
  problem(reader.report, pointer, sentence, hint);
  return null;
}

function skipBlanks(reader: Reader): void {
  for (;;) {
    const code = reader.text.charCodeAt(reader.at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    reader.at += 1;
  }
}

function readValue(reader: Reader, pointer: string): Json {
  skipBlanks(reader);
  reader.values += 1;
  if (reader.values > LIMITS.values) return tooMuch(reader, pointer, `more than ${LIMITS.values} values`);
  const next = reader.text[reader.at];
  if (next === '{' || next === '[') {
    if (reader.depth >= LIMITS.depth) return tooMuch(reader, pointer, `more than ${LIMITS.depth} levels`);
    reader.depth += 1;
    const value = next === '{' ? readObject(reader, pointer) : readList(reader, pointer);
    reader.depth -= 1;
    return value;
  }
  if (next === '"') return readText(reader, pointer);
  if (next === undefined) return fail(reader, pointer, 'the text ends where a value should stand');
  return readWord(reader, pointer);
}

function tooMuch(reader: Reader, pointer: string, what: string): null {
  if (!reader.failed) problem(reader.report, pointer, `The file has ${what}.`, 'No scenario needs that.');
  reader.failed = true;
  return null;
}

function readWord(reader: Reader, pointer: string): Json {
  for (const [word, value] of [
    ['true', true],
    ['false', false],
    ['null', null],
  ] as const) {
    if (reader.text.startsWith(word, reader.at)) {
      reader.at += word.length;
      return value;
    }
  }
  NUMBER.lastIndex = reader.at;
  const digits = NUMBER.exec(reader.text)?.[0];
  if (digits === undefined) return fail(reader, pointer, `an unexpected ${found(reader)}`, advice(reader));
  reader.at += digits.length;
  const value = Number(digits);
  // -0 is 0: nothing in a scenario tells them apart, and comparing states would.
  if (Number.isFinite(value)) return value === 0 ? 0 : value;
  problem(reader.report, pointer, `The number ${digits.slice(0, 40)} is too large.`);
  return 0;
}

function found(reader: Reader): string {
  const code = reader.text.codePointAt(reader.at);
  return code === undefined ? 'end' : quote(String.fromCodePoint(code));
}

function advice(reader: Reader): string | undefined {
  const rest = reader.text.slice(reader.at, reader.at + 9);
  if (rest.startsWith('//') || rest.startsWith('/*') || rest.startsWith('#')) return 'JSON has no comments.';
  if (rest.startsWith("'")) return 'JSON texts stand in double quotes.';
  if (/^(NaN|[+-]?Infinity)/.test(rest)) return 'JSON has no NaN or Infinity.';
  if (rest.startsWith('}') || rest.startsWith(']')) return 'Is there a comma too many?';
  if (/^[+.]?[0-9]/.test(rest)) return 'A JSON number begins with a digit or a minus, without leading zeros.';
  if (/^[A-Za-z_$]/.test(rest)) return 'Keys and texts stand in double quotes.';
  return undefined;
}

function readList(reader: Reader, pointer: string): Json {
  const list: Json[] = [];
  reader.at += 1;
  skipBlanks(reader);
  if (reader.text[reader.at] === ']') {
    reader.at += 1;
    return list;
  }
  for (;;) {
    list.push(readValue(reader, at(pointer, list.length)));
    if (reader.failed) return null;
    skipBlanks(reader);
    const next = reader.text[reader.at];
    if (next === ']') {
      reader.at += 1;
      return list;
    }
    if (next !== ',')
      return fail(reader, pointer, `${found(reader)} where , or ] should stand`, advice(reader));
    reader.at += 1;
  }
}

function readObject(reader: Reader, pointer: string): Json {
  const object: { [key: string]: Json } = {};
  reader.at += 1;
  skipBlanks(reader);
  if (reader.text[reader.at] === '}') {
    reader.at += 1;
    return object;
  }
  for (;;) {
    skipBlanks(reader);
    if (reader.text[reader.at] !== '"') {
      return fail(reader, pointer, `${found(reader)} where a key should stand`, advice(reader));
    }
    const key = readText(reader, pointer);
    if (reader.failed || typeof key !== 'string') return null;
    skipBlanks(reader);
    if (reader.text[reader.at] !== ':') {
      return fail(reader, pointer, `${found(reader)} where : should stand`);
    }
    reader.at += 1;
    const value = readValue(reader, at(pointer, key));
    if (reader.failed) return null;
    keep(reader, pointer, object, key, value);
    skipBlanks(reader);
    const next = reader.text[reader.at];
    if (next === '}') {
      reader.at += 1;
      return object;
    }
    if (next !== ',')
      return fail(reader, pointer, `${found(reader)} where , or } should stand`, advice(reader));
    reader.at += 1;
  }
}

function keep(
  reader: Reader,
  pointer: string,
  object: { [key: string]: Json },
  key: string,
  value: Json,
): void {
  const { report } = reader;
  if (POLLUTING.has(key)) {
    leaveOut(report, at(pointer, key));
    problem(report, at(pointer, key), `The key \`${key}\` is not allowed anywhere.`, 'Choose another name.');
  } else if (Object.hasOwn(object, key)) {
    problem(
      report,
      at(pointer, key),
      `The key ${quote(key)} stands twice in one object.`,
      'Remove one of them.',
    );
  } else {
    object[key] = value;
  }
}

/** Neither a quote, a backslash, a control character nor the end (NaN). */
function isPlain(code: number): boolean {
  return code >= 0x20 && code !== 0x22 && code !== 0x5c;
}

function readText(reader: Reader, pointer: string): Json {
  const { text } = reader;
  let out = '';
  reader.at += 1;
  for (;;) {
    const from = reader.at;
    while (isPlain(text.charCodeAt(reader.at))) reader.at += 1;
    out += text.slice(from, reader.at);
    const next = text[reader.at];
    if (next === '"') {
      reader.at += 1;
      return out;
    }
    if (next !== '\\') {
      return fail(
        reader,
        pointer,
        next === undefined ? 'a text without end' : 'a control character in a text',
      );
    }
    const escape = text[reader.at + 1] ?? '';
    const hex = escape === 'u' ? text.slice(reader.at + 2, reader.at + 6) : '';
    const simple = ESCAPES[escape];
    if (/^[0-9a-fA-F]{4}$/.test(hex)) {
      out += String.fromCharCode(Number.parseInt(hex, 16));
      reader.at += 6;
    } else if (simple !== undefined) {
      out += simple;
      reader.at += 2;
    } else {
      return fail(reader, pointer, 'an unknown escape in a text');
    }
  }
}
