/** What stands on the shelf (IndexedDB): drafts, runs, settings. A run is file, seed and digest; its trace is computed again. */
import type { DBSchema } from 'idb';

export interface Draft {
  readonly id: string;
  /** What the list shows: the title, or the file's name. */
  readonly name: string;
  readonly text: string;
  /** Wall time, milliseconds since 1970. */
  readonly savedAt: number;
  /** Counts writes: a tab that saves over another's write sees that it differs from what it read. */
  readonly revision: number;
}

export interface StoredRun {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly seed: number;
  /** Of the engine. */
  readonly version: string;
  readonly digest: string;
  readonly ranAt: number;
}

/** Themes, shortcuts, widths: small values by name. */
export type Setting = string | number | boolean | null;

export interface StoredSetting {
  readonly name: string;
  readonly value: Setting;
}

export interface ShelfLayout extends DBSchema {
  drafts: { key: string; value: Draft; indexes: { savedAt: number } };
  runs: { key: string; value: StoredRun; indexes: { ranAt: number } };
  settings: { key: string; value: StoredSetting };
}

export const SHELF_NAME = 'spillway';
export const SHELF_VERSION = 1;
