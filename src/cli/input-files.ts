/**
 * Reads what somebody named on the command line, whatever it is: a missing file, a folder, a device, a picture or a
 * huge file is a problem with a sentence, never an exception. Folders are walked for `conform` only.
 */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { printable } from '#cli/console.ts';
import type { Problem } from '#sim/scenario/parse.ts';

export interface InputFile {
  readonly name: string;
  readonly text: string;
}

export type Input = { readonly file: InputFile } | { readonly problem: Problem };

/** Far above what any format here allows; what is larger is not even read. */
const MOST_BYTES = 64 * 1024 * 1024;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  ENOTDIR: 'There is no such file.',
  EACCES: 'The file may not be read.',
  EPERM: 'The file may not be read.',
  ENAMETOOLONG: 'The name is too long for a file.',
  ELOOP: 'The links to the file run in a circle.',
  ERR_INVALID_ARG_VALUE: 'This is not the name of a file.',
};

function sentenceOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? `The file cannot be read (${code === '' ? String(error) : code}).`;
}

const refuse = (sentence: string, hint?: string): { problem: Problem } => ({
  problem: hint === undefined ? { pointer: '', sentence } : { pointer: '', sentence, hint },
});

/** The text of a regular file in UTF-8. */
export function readInput(name: string): Input {
  let bytes: Uint8Array;
  try {
    const status = statSync(name);
    if (status.isDirectory()) return refuse('This is a folder.', 'Name a file.');
    if (!status.isFile()) return refuse('This is not a regular file.', 'Write it to a file first.');
    if (status.size > MOST_BYTES) {
      return refuse(`The file has ${status.size} bytes: at most ${MOST_BYTES}.`, 'Is this the right file?');
    }
    bytes = readFileSync(name);
  } catch (error) {
    return refuse(sentenceOf(error));
  }
  try {
    return { file: { name, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) } };
  } catch {
    return refuse('This is not text in UTF-8.', 'A file for Spillway is JSON in UTF-8.');
  }
}

/** Every `.json` file that `path` names: itself, or all below a folder, sorted; links to folders are not followed. */
export function jsonFilesUnder(path: string): string[] | { readonly problem: Problem } {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return walk(path);
  } catch (error) {
    return refuse(sentenceOf(error));
  }
}

function walk(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return entry.name === 'node_modules' || entry.name.startsWith('.') ? [] : walk(path);
    return entry.name.endsWith('.json') ? [path] : [];
  });
}

/** One name for one file, however it is written; the name itself where there is no such file yet. */
export function identity(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** `FILE#/json/pointer: sentence. hint` */
export function problemLine(file: string, { pointer, sentence, hint }: Problem, prefix = ''): string {
  const place = printable(`${file}#${pointer}`);
  return printable(`${place}: ${prefix}${sentence}${hint === undefined ? '' : ` ${hint}`}`);
}
