/**
 * All drafts, runs and settings as one JSON file, and back. What comes in is not trusted: entries are checked one by one,
 * wrong ones are named and left out, and a draft that differs from the one of the same id is kept beside it.
 */
import type { Problem } from '#sim/scenario/parse.ts';
import type { Draft, StoredRun, StoredSetting } from '#lib/storage/shelf-layout.ts';
import type { Shelf } from '#lib/storage/shelf.ts';
import { kept, type Kept } from '#lib/storage/trouble.ts';
import { everythingWords } from '#lib/storage/words.ts';

export interface Everything {
  readonly spillway: 'everything';
  readonly version: 1;
  readonly drafts: readonly Draft[];
  readonly runs: readonly StoredRun[];
  readonly settings: readonly StoredSetting[];
}

export interface Brought {
  readonly drafts: number;
  readonly runs: number;
  readonly settings: number;
  /** Entries that were left out, with their places. */
  readonly problems: readonly Problem[];
}

const MOST_TEXT = 200_000_000;

/** The file's text. `unsaved`: drafts that the shelf could not take. */
export async function exportEverything(shelf: Shelf, unsaved: readonly Draft[] = []): Promise<Kept<string>> {
  const stored = await shelf.everything();
  if (!stored.ok && unsaved.length === 0) return stored;
  const there = stored.ok ? stored.value : { drafts: [], runs: [], settings: [] };
  const newer = new Set(unsaved.map((draft) => draft.id));
  const drafts = [...there.drafts.filter((draft) => !newer.has(draft.id)), ...unsaved];
  const all: Everything = { spillway: 'everything', version: 1, ...there, drafts };
  return kept(`${JSON.stringify(all, null, 1)}\n`);
}

export async function importEverything(shelf: Shelf, text: string): Promise<Kept<Brought>> {
  const { problems, drafts, runs, settings } = readEverything(text);
  const stored = await shelf.everything();
  if (!stored.ok) return stored;
  const there = new Map(stored.value.drafts.map((draft) => [draft.id, draft]));
  const placed = drafts
    .filter((draft) => there.get(draft.id)?.text !== draft.text)
    .map((draft) => (there.has(draft.id) ? { ...draft, id: shelf.newId() } : draft));
  const put = await shelf.putAll(placed, runs, settings);
  if (!put.ok) return put;
  return kept({ drafts: placed.length, runs: runs.length, settings: settings.length, problems });
}

interface Read {
  readonly drafts: Draft[];
  readonly runs: StoredRun[];
  readonly settings: StoredSetting[];
  readonly problems: Problem[];
}

function readEverything(text: string): Read {
  const nothing = (sentence: string): Read => ({
    drafts: [],
    runs: [],
    settings: [],
    problems: [{ pointer: '', sentence }],
  });
  if (text.length > MOST_TEXT) return nothing(everythingWords.tooLarge);
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return nothing(everythingWords.notJson);
  }
  if (!isFields(file) || file['spillway'] !== 'everything') return nothing(everythingWords.notOurs);
  const version = file['version'];
  if (typeof version === 'number' && version > 1) return nothing(everythingWords.newer(version));
  const problems: Problem[] = [];
  const list = <T>(name: string, read: (entry: Fields) => T | null): T[] => {
    const entries: unknown = file[name];
    if (!Array.isArray(entries)) return [];
    return entries.flatMap((entry: unknown, index) => {
      const value = isFields(entry) ? read(entry) : null;
      if (value !== null) return [value];
      problems.push({ pointer: `/${name}/${index}`, sentence: everythingWords.wrongEntry });
      return [];
    });
  };
  return {
    drafts: list('drafts', readDraft),
    runs: list('runs', readRun),
    settings: list('settings', readSetting),
    problems,
  };
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function readDraft({ id, name, text, savedAt, revision }: Fields): Draft | null {
  const named = typeof id === 'string' && id !== '' && typeof name === 'string' && typeof text === 'string';
  return named && isCount(savedAt) && isCount(revision) ? { id, name, text, savedAt, revision } : null;
}

function readRun({ id, name, text, seed, version, digest, ranAt }: Fields): StoredRun | null {
  const named = typeof id === 'string' && id !== '' && typeof name === 'string' && typeof text === 'string';
  const ran = isCount(seed) && isCount(ranAt) && typeof version === 'string' && typeof digest === 'string';
  return named && ran ? { id, name, text, seed, version, digest, ranAt } : null;
}

function readSetting({ name, value }: Fields): StoredSetting | null {
  if (typeof name !== 'string' || name === '') return null;
  if (value !== null && !['string', 'number', 'boolean'].includes(typeof value)) return null;
  return { name, value: value as StoredSetting['value'] };
}
