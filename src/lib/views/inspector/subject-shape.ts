/** What the inspector is told about any selection. */
import type { ConfigRow } from '#lib/scene/parts.ts';
import type { ProcessScene } from '#lib/scene/scene.ts';
import type { Section } from '#lib/views/inspector/sections.ts';
import type { TabName } from '#lib/views/inspector/words.ts';

export interface ConfigGroup {
  readonly title: string;
  readonly rows: readonly ConfigRow[];
}

export interface Subject {
  readonly title: string;
  readonly sub: string;
  readonly process: ProcessScene | null;
  readonly breakable: boolean;
  readonly tabs: readonly TabName[];
  readonly sections: readonly Section[];
  readonly configs: readonly ConfigGroup[];
  /** Entities whose records are its trace; empty where `lid` or `place` says it. */
  readonly entities: readonly number[];
  readonly lid: number;
  readonly place: { readonly topic: string; readonly partition: number | null } | null;
  readonly group: string | null;
  /** Effects whose ledgers it shows; null = none. */
  readonly ledgers: ((ledger: { readonly store: string; readonly effect: string }) => boolean) | null;
}

/** A subject of which nothing is known. */
export const none: Subject = {
  title: '',
  sub: '',
  process: null,
  breakable: false,
  tabs: ['state'],
  sections: [],
  configs: [],
  entities: [],
  lid: -1,
  place: null,
  group: null,
  ledgers: null,
};
