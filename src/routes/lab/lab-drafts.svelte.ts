/**
 * The lab's work as it is kept: what was changed is saved as a draft under one id a tab and document, and is what the
 * next visit opens. A text that has problems is kept too, with the last good one beside it to run meanwhile. Where
 * another tab writes the same draft, this tab goes on under a draft of its own.
 */
import { keepDrafts } from '#lib/storage/draft-keeper.svelte.ts';
import type { DraftKeeper } from '#lib/storage/draft-keeper.ts';
import type { Draft } from '#lib/storage/shelf-layout.ts';
import { Shelf, type ShelfNews } from '#lib/storage/shelf.ts';
import { words } from './words.ts';

/** Which draft this tab works on: two tabs each come back to their own. */
const TAB_KEY = 'spillway-draft';

export interface KeptWork {
  readonly draft: Draft;
  /** The last good text where the draft's own has problems. */
  readonly good: string | null;
}

function rememberInTab(id: string | null): void {
  try {
    if (id === null) sessionStorage.removeItem(TAB_KEY);
    else sessionStorage.setItem(TAB_KEY, id);
  } catch {
    // Forbidden: the newest draft is opened instead.
  }
}

function rememberedInTab(): string | null {
  try {
    return sessionStorage.getItem(TAB_KEY);
  } catch {
    return null;
  }
}

export class LabDrafts {
  readonly shelf: Shelf;
  readonly keeper: DraftKeeper;
  /** The draft that this tab works on; null before the document's first change. */
  id = $state.raw<string | null>(null);
  /** Another tab's version of this tab's draft, newer than what this tab saved. */
  overtaken = $state.raw<Draft | null>(null);
  /** The reader has seen that the draft was overtaken. */
  told = $state.raw(false);
  /** The name that its owner gave it; null = the file's. */
  #name: string | null = null;

  private constructor(shelf: Shelf) {
    this.shelf = shelf;
    this.keeper = keepDrafts(shelf);
    shelf.listen((news) => void this.#hear(news));
  }

  static async open(): Promise<LabDrafts> {
    const drafts = new LabDrafts(await Shelf.open());
    await drafts.#tidy();
    return drafts;
  }

  /** Another document is open: its first change begins a draft of its own. */
  begin(draft: Draft | null): void {
    this.id = draft?.id ?? null;
    this.#name = draft?.name ?? null;
    this.overtaken = null;
    if (draft !== null) this.keeper.resume(draft);
    rememberInTab(this.id);
  }

  keep(name: string, text: string, good: string): void {
    if (this.overtaken !== null) {
      // From here on there are two documents: the other tab's keeps the draft.
      if (this.overtaken.text === text) return;
      this.#name = words.ownVersion(this.#name ?? name);
      this.id = null;
      this.overtaken = null;
    }
    if (this.id === null) {
      this.id = this.shelf.newId();
      rememberInTab(this.id);
    }
    if (good !== text) void this.shelf.saveSetting(goodName(this.id), good);
    this.keeper.keep(this.id, this.#name ?? name, text);
  }

  /** The notice was read; changes here still go on as a draft of their own. */
  forgive(): void {
    this.told = true;
  }

  renamed(id: string, name: string): void {
    if (id === this.id) this.#name = name;
  }

  /** This tab's draft, else the newest. */
  async last(): Promise<KeptWork | null> {
    const id = rememberedInTab();
    const own = id === null ? null : await this.shelf.readDraft(id);
    if (own?.ok === true && own.value !== null) return await this.work(own.value);
    const all = await this.shelf.drafts();
    const newest = all.ok ? all.value[0] : undefined;
    return newest === undefined ? null : await this.work(newest);
  }

  async work(draft: Draft): Promise<KeptWork> {
    const settings = await this.shelf.settings();
    const good = settings.ok ? settings.value[goodName(draft.id)] : undefined;
    return { draft, good: typeof good === 'string' ? good : null };
  }

  async #hear({ store, id }: ShelfNews): Promise<void> {
    if (store !== 'drafts' || id !== this.id) return;
    // This tab's own save may be under way, and is no surprise.
    await this.keeper.settled;
    const there = await this.shelf.readDraft(id);
    if (!there.ok || there.value === null || id !== this.id) return;
    if (there.value.revision > this.keeper.revisionOf(id)) {
      this.told = this.overtaken !== null && this.told;
      this.overtaken = there.value;
    } else this.#name = there.value.name;
  }

  /** Last good texts of drafts that were removed since. */
  async #tidy(): Promise<void> {
    const [drafts, settings] = await Promise.all([this.shelf.drafts(), this.shelf.settings()]);
    if (!drafts.ok || !settings.ok) return;
    const there = drafts.value.map(({ id }) => goodName(id));
    const orphans = Object.keys(settings.value).filter(
      (name) => name.startsWith('good:') && !there.includes(name),
    );
    await Promise.all(orphans.map((name) => this.shelf.removeSetting(name)));
  }
}

const goodName = (id: string): string => `good:${id}`;
