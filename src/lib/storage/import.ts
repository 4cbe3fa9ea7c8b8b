/**
 * Whatever somebody hands the page as a scenario (a file, a drop, a paste, a link) becomes a text and a name, or a list of
 * problems. Only what can be told without the simulator is told here; the parser says the rest.
 */
import { decodeLink, MOST_UNPACKED } from '#lib/storage/share-link.ts';
import { importWords } from '#lib/storage/words.ts';
import { parseScenario, type Problem } from '#sim/scenario/parse.ts';

export type Source =
  | { readonly from: 'file'; readonly file: File }
  | { readonly from: 'drop' | 'paste'; readonly data: DataTransfer | null }
  | { readonly from: 'text'; readonly text: string; readonly name?: string }
  | { readonly from: 'link'; readonly address: string };

export type Imported =
  | { readonly ok: true; readonly text: string; readonly name: string }
  | { readonly ok: false; readonly name: string; readonly problems: readonly Problem[] };

function refused(name: string, sentence: string, hint?: string): Imported {
  return {
    ok: false,
    name,
    problems: [hint === undefined ? { pointer: '', sentence } : { pointer: '', sentence, hint }],
  };
}

export async function importScenario(source: Source): Promise<Imported> {
  switch (source.from) {
    case 'file':
      return importFile(source.file);
    case 'drop':
    case 'paste':
      return importTransfer(source.data);
    case 'text':
      return importText(source.text, source.name ?? importWords.pasted);
    case 'link':
      return importLink(source.address);
  }
}

async function importFile(file: File): Promise<Imported> {
  const name = file.name === '' ? 'The file' : file.name;
  if (file.size > MOST_UNPACKED) return refused(name, importWords.tooLarge(name));
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch {
    return refused(name, importWords.unreadable(name));
  }
  try {
    return importText(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), name);
  } catch {
    return refused(name, importWords.notText(name));
  }
}

/** Must be called while the event is being handled: a browser empties what was transferred right after. */
function importTransfer(data: DataTransfer | null): Promise<Imported> {
  const files = [...(data?.files ?? [])];
  if (files.length > 1) return Promise.resolve(refused('', importWords.severalFiles(files.length)));
  const [file] = files;
  if (file) return importFile(file);
  const text = data?.getData('text/plain') ?? '';
  return Promise.resolve(importText(text, importWords.pasted));
}

function importText(text: string, name: string): Imported {
  const trimmed = text.trim();
  if (trimmed === '') return refused(name, importWords.nothing);
  if (/^\S*#s[0-9]{1,6}=\S*$/.test(trimmed)) return importLink(trimmed);
  if (/^\s*\{\s*"spillway"\s*:\s*"everything"/.test(text)) {
    return refused(name, importWords.wholeKeep, importWords.wholeKeepHint);
  }
  const parsed = parseScenario(text);
  return parsed.ok ? { ok: true, text, name } : { ok: false, name, problems: parsed.problems };
}

function importLink(address: string): Imported {
  const name = importWords.linked;
  const unpacked = decodeLink(address);
  if (unpacked.kind === 'none') return refused(name, importWords.nothing);
  if (unpacked.kind === 'refused') return refused(name, unpacked.sentence);
  const parsed = parseScenario(unpacked.text);
  return parsed.ok ? { ok: true, text: unpacked.text, name } : { ok: false, name, problems: parsed.problems };
}
