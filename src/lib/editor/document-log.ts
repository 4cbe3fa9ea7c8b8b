/**
 * The open document: the author's text, its value, what is wrong with it, and every change that led here, by name, to
 * undo and redo. A draft with problems is kept and shown but never becomes what is run: `good` is the nearest document at
 * or before the shown one that parses. Typing grows one change until something else happens or a pause passes.
 */
import { isRefusal, type Edited } from '#lib/editor/change.ts';
import { isObject, type JsonObject } from '#lib/editor/document-tree.ts';
import { reprint } from '#lib/editor/print-document.ts';
import { historyWords } from '#lib/editor/words.ts';
import { readJson } from '#sim/scenario/json-text.ts';
import { parseScenario, type Problem } from '#sim/scenario/parse.ts';
import { createReport } from '#sim/scenario/report.ts';

interface Entry {
  readonly text: string;
  /** The change that made it. */
  readonly what: string;
  /** Null where the text is not JSON. */
  readonly value: JsonObject | null;
  readonly problems: readonly Problem[];
  readonly typedAt: number | null;
}

export interface HistoryOptions {
  /** Told whenever another document without problems is the one to run; `what` is the change's name. */
  readonly onaccepted?: (text: string, what: string) => void;
  /** Wall time in milliseconds, to tell one burst of typing from the next. */
  readonly clock?: () => number;
}

const TYPING_PAUSE_MS = 1_500;
const MOST_ENTRIES = 300;
/** Characters of all kept texts: documents of 3 kB hardly count, one of 5 MB is kept eight times. */
const MOST_TEXT = 40_000_000;

function readValue(text: string): JsonObject | null {
  const value = readJson(text, createReport());
  return isObject(value) ? value : null;
}

function entryOf(text: string, what: string, typedAt: number | null = null): Entry {
  const parsed = parseScenario(text);
  return { text, what, value: readValue(text), problems: parsed.ok ? [] : parsed.problems, typedAt };
}

export interface Log {
  readonly entries: readonly Entry[];
  /** Of the entry that is shown; -1 before the first. */
  readonly index: number;
  readonly refused: string;
}

export const EMPTY_LOG: Log = { entries: [], index: -1, refused: '' };

export class DocumentLog {
  readonly #options: HistoryOptions;
  /** One place that holds the state, so that the page can make it a signal. */
  readonly #cell: { log: Log };

  constructor(options: HistoryOptions = {}, cell: { log: Log } = { log: EMPTY_LOG }) {
    this.#options = options;
    this.#cell = cell;
  }

  get #entries(): readonly Entry[] {
    return this.#cell.log.entries;
  }

  get #index(): number {
    return this.#cell.log.index;
  }

  /** Why the last change was not made; '' otherwise. */
  get refused(): string {
    return this.#cell.log.refused;
  }

  get #entry(): Entry | undefined {
    return this.#entries[this.#index];
  }

  /** What is shown: a draft where `problems` is not empty. */
  get text(): string {
    return this.#entry?.text ?? '';
  }

  get value(): JsonObject | null {
    return this.#entry?.value ?? null;
  }

  get problems(): readonly Problem[] {
    return this.#entry?.problems ?? [];
  }

  /** The last good document at or before what is shown; '' before the first. */
  get good(): string {
    return this.#goodEntry()?.text ?? '';
  }

  get canUndo(): boolean {
    return this.#index > 0;
  }

  get canRedo(): boolean {
    return this.#index < this.#entries.length - 1;
  }

  /** The name of the change that undo takes back. */
  get undoName(): string {
    return this.canUndo ? (this.#entry?.what ?? '') : '';
  }

  get redoName(): string {
    return this.#entries[this.#index + 1]?.what ?? '';
  }

  /** Names of all changes since the document was opened, and how many of them are in force. */
  get changes(): { readonly names: readonly string[]; readonly done: number } {
    return { names: this.#entries.slice(1).map((entry) => entry.what), done: this.#index };
  }

  #goodEntry(): Entry | undefined {
    for (let index = this.#index; index >= 0; index -= 1) {
      const entry = this.#entries[index];
      if (entry && entry.problems.length === 0) return entry;
    }
    return undefined;
  }

  /** Begins anew with another document. Its problems come back and nothing changes if it has any. */
  open(text: string): readonly Problem[] {
    const entry = entryOf(text, historyWords.opened);
    if (entry.problems.length > 0) return entry.problems;
    this.#cell.log = { entries: [entry], index: 0, refused: '' };
    return [];
  }

  /** Text as typed: grows the change before it if that was typing too. */
  write(text: string): void {
    if (text === this.text) return;
    const now = this.#options.clock?.() ?? performance.now();
    const last = this.#entry;
    const typing =
      last?.typedAt !== undefined && last.typedAt !== null && now - last.typedAt < TYPING_PAUSE_MS;
    this.#put(entryOf(text, historyWords.typed, now), typing && this.#index > 0 && !this.canRedo);
  }

  /** A change by form, palette, stage or repair. False: refused, see `refused`. */
  apply(edited: Edited): boolean {
    const before = this.value;
    if (isRefusal(edited) || before === null) {
      const refused = isRefusal(edited) ? edited.refused : historyWords.unreadable;
      this.#cell.log = { ...this.#cell.log, refused };
      return false;
    }
    const text = reprint(this.text, before, edited.document);
    if (text === this.text) this.#cell.log = { ...this.#cell.log, refused: '' };
    else this.#put(entryOf(text, edited.what), false);
    return true;
  }

  /** A document that the run already has (a fault done by hand): an entry of its own, and nobody is told. */
  adopt(text: string, what: string): void {
    if (text !== this.text) this.#put(entryOf(text, what), false, false);
  }

  undo(): void {
    if (this.canUndo) this.#go(this.#index - 1, historyWords.undone(this.undoName));
  }

  redo(): void {
    if (this.canRedo) this.#go(this.#index + 1, historyWords.redone(this.redoName));
  }

  /** Leaves a draft for the last good document, as a change of its own: it can be undone. */
  revert(): void {
    const good = this.#goodEntry();
    if (good && good.text !== this.text) this.#put(entryOf(good.text, historyWords.reverted), false);
  }

  #go(index: number, what: string): void {
    const before = this.good;
    this.#cell.log = { ...this.#cell.log, index, refused: '' };
    this.#tell(before, what);
  }

  #put(entry: Entry, replace: boolean, tell = true): void {
    const before = this.good;
    const kept = this.#entries.slice(0, replace ? this.#index : this.#index + 1);
    const entries = trim([...kept, entry]);
    this.#cell.log = { entries, index: entries.length - 1, refused: '' };
    if (tell) this.#tell(before, entry.what);
  }

  #tell(before: string, what: string): void {
    if (this.good !== before) this.#options.onaccepted?.(this.good, what);
  }
}

/** Forgets the oldest entries beyond the limits; the first that stays is a good one. */
function trim(entries: readonly Entry[]): readonly Entry[] {
  let size = entries.reduce((sum, entry) => sum + entry.text.length, 0);
  let first = 0;
  let left = entries.length;
  const tooMuch = () => left > 1 && (left > MOST_ENTRIES || size > MOST_TEXT);
  const lastGood = entries.findLastIndex((entry) => entry.problems.length === 0);
  for (let index = 0; index < entries.length - 1; index += 1) {
    if (!tooMuch() && entries[index]?.problems.length === 0) break;
    if (index >= lastGood) break;
    size -= entries[index]?.text.length ?? 0;
    left -= 1;
    first = index + 1;
  }
  return first === 0 ? entries : entries.slice(first);
}
