/**
 * The lab's work as it is kept: what was changed is saved as a draft under one id a tab and document, and is what the
 * next visit opens. A text that has problems is kept too, with the last good one beside it to run meanwhile.
 */
import { keepDrafts } from '#lib/storage/draft-keeper.svelte.ts';
import type { DraftKeeper } from '#lib/storage/draft-keeper.ts';
import type { Draft } from '#lib/storage/shelf-layout.ts';
import { Shelf } from '#lib/storage/shelf.ts';

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
  #id: string | null = null;

  private constructor(shelf: Shelf) {
    this.shelf = shelf;
    this.keeper = keepDrafts(shelf);
  }

  static async open(): Promise<LabDrafts> {
    return new LabDrafts(await Shelf.open());
  }

  /** Another document is open: its first change begins a draft of its own. */
  begin(draft: Draft | null): void {
    this.#id = draft?.id ?? null;
    if (draft !== null) this.keeper.resume(draft);
    rememberInTab(this.#id);
  }

  keep(name: string, text: string, good: string): void {
    if (this.#id === null) {
      this.#id = this.shelf.newId();
      rememberInTab(this.#id);
    }
    if (good !== text) void this.shelf.saveSetting(goodName(this.#id), good);
    this.keeper.keep(this.#id, name, text);
  }

  /** This tab's draft, else the newest. */
  async last(): Promise<KeptWork | null> {
    const id = rememberedInTab();
    const own = id === null ? null : await this.shelf.readDraft(id);
    if (own?.ok === true && own.value !== null) return await this.#withGood(own.value);
    const all = await this.shelf.drafts();
    const newest = all.ok ? all.value[0] : undefined;
    return newest === undefined ? null : await this.#withGood(newest);
  }

  async #withGood(draft: Draft): Promise<KeptWork> {
    const settings = await this.shelf.settings();
    const good = settings.ok ? settings.value[goodName(draft.id)] : undefined;
    return { draft, good: typeof good === 'string' ? good : null };
  }
}

const goodName = (id: string): string => `good:${id}`;
