/**
 * What the list of drafts and runs shows and does: read again whenever this or another tab changes the shelf; deleting
 * can be undone for as long as the list is open; everything goes out as one file and comes in beside what is there.
 */
import { exportEverything, importEverything } from '#lib/storage/everything.ts';
import { download } from '#lib/storage/export-file.ts';
import type { Draft, Setting, StoredRun } from '#lib/storage/shelf-layout.ts';
import type { Kept, Trouble } from '#lib/storage/trouble.ts';
import { preferences } from '#lib/ui/preferences.svelte.ts';
import { count } from '#lib/views/number-words.ts';
import type { LabDrafts } from './lab-drafts.svelte.ts';
import { words } from './words.ts';

export type Removed =
  { readonly kind: 'draft'; readonly draft: Draft } | { readonly kind: 'run'; readonly run: StoredRun };

const THEME = 'theme';
const SINGLE_KEYS = 'single-keys';

export class ShelfList {
  /** Null until they are read. */
  drafts = $state.raw<readonly Draft[] | null>(null);
  runs = $state.raw<readonly StoredRun[] | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  removed = $state.raw<Removed | null>(null);
  /** What was done last, in a sentence. */
  told = $state.raw('');
  readonly #kept: LabDrafts;

  constructor(kept: LabDrafts) {
    this.#kept = kept;
  }

  /** Reads now and after each change; the answer stops it. */
  watch(): () => void {
    void this.read();
    return this.#kept.shelf.listen(() => void this.read());
  }

  async read(): Promise<void> {
    await this.#kept.keeper.flush();
    const { shelf } = this.#kept;
    const [drafts, runs] = await Promise.all([shelf.drafts(), shelf.runs()]);
    if (this.#value(drafts) && this.#value(runs)) this.trouble = null;
    this.drafts = drafts.ok ? drafts.value : [];
    this.runs = runs.ok ? runs.value : [];
  }

  /** Of drafts that the shelf could not take. */
  get unsaved(): number {
    return this.#kept.keeper.unsaved.length;
  }

  async retry(): Promise<void> {
    await this.#kept.shelf.reopen();
    await this.read();
  }

  async rename(what: Removed, name: string): Promise<void> {
    const { shelf } = this.#kept;
    if (what.kind === 'draft') {
      this.#kept.renamed(what.draft.id, name);
      this.#value(await shelf.renameDraft(what.draft.id, name));
    } else this.#value(await shelf.renameRun(what.run.id, name));
    await this.read();
  }

  async remove(what: Removed): Promise<void> {
    const { shelf } = this.#kept;
    const done =
      what.kind === 'draft' ? await shelf.removeDraft(what.draft.id) : await shelf.removeRun(what.run.id);
    if (this.#value(done)) {
      this.removed = what;
      this.told = '';
    }
    await this.read();
  }

  async undo(): Promise<void> {
    const { removed } = this;
    if (removed === null) return;
    const { shelf } = this.#kept;
    const back =
      removed.kind === 'draft'
        ? await shelf.putAll([removed.draft], [], [])
        : await shelf.putAll([], [removed.run], []);
    if (this.#value(back)) this.removed = null;
    await this.read();
  }

  async keepRun(run: Omit<StoredRun, 'id' | 'ranAt'>): Promise<void> {
    this.#value(await this.#kept.shelf.saveRun(run));
    await this.read();
  }

  async exportAll(): Promise<void> {
    const { shelf, keeper } = this.#kept;
    await keeper.flush();
    await shelf.saveSetting(THEME, preferences.theme);
    await shelf.saveSetting(SINGLE_KEYS, preferences.singleKeys);
    const text = await exportEverything(shelf, keeper.unsaved);
    if (!this.#value(text)) return;
    download({ name: 'spillway-everything.json', text: text.value });
  }

  async importAll(file: File): Promise<void> {
    const brought = await importEverything(this.#kept.shelf, await file.text());
    if (!this.#value(brought)) return;
    this.removed = null;
    const { drafts, runs, settings, problems } = brought.value;
    const sentence = words.shelf.brought(
      count(drafts, 'draft'),
      count(runs, 'run'),
      count(settings, 'setting'),
    );
    const leftOut = problems.map(({ pointer, sentence: why }) => `${pointer} ${why}`.trim()).join(' ');
    this.told = leftOut === '' ? sentence : `${sentence} ${words.shelf.leftOut(leftOut)}`;
    const kept = await this.#kept.shelf.settings();
    if (kept.ok) useSettings(kept.value);
    await this.read();
  }

  #value<T>(answer: Kept<T>): answer is { readonly ok: true; readonly value: T } {
    if (!answer.ok) this.trouble = answer.trouble;
    return answer.ok;
  }
}

function useSettings(settings: Readonly<Record<string, Setting>>): void {
  const theme = settings[THEME];
  const singleKeys = settings[SINGLE_KEYS];
  if (theme === 'system' || theme === 'light' || theme === 'dark') preferences.setTheme(theme);
  if (typeof singleKeys === 'boolean') preferences.setSingleKeys(singleKeys);
}
