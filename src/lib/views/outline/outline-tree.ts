/** The outline's tree: a row's shape, which rows are on the screen, and which one stands for a selection. */
import type { ProcessWord } from '#lib/scene/scene.ts';
import type { Selection } from '#lib/scene/selection.ts';
import type { Verdict } from '#lib/views/check-words.ts';

export interface OutlineRow {
  readonly id: string;
  /** 1 = a heading. */
  readonly level: number;
  readonly label: string;
  readonly value: string;
  /** Null: headings choose nothing. */
  readonly selection: Selection | null;
  readonly children: readonly OutlineRow[];
  readonly process?: ProcessWord;
  readonly verdict?: Verdict;
  /** Key of a row that can be broken with `b`. */
  readonly breakable: boolean;
  /** Closed until somebody opens it: what would bury the rows around it. */
  readonly closed: boolean;
}

type Leaf = Omit<OutlineRow, 'children' | 'breakable' | 'closed'> & {
  readonly breakable?: boolean;
  readonly closed?: boolean;
};

export function row(leaf: Leaf, children: readonly OutlineRow[] = []): OutlineRow {
  return { breakable: false, closed: false, ...leaf, children };
}

/** The rows on the screen, parents before children. */
export function visibleRows(rows: readonly OutlineRow[], closed: ReadonlySet<string>): OutlineRow[] {
  return rows.flatMap((one) => [one, ...(closed.has(one.id) ? [] : visibleRows(one.children, closed))]);
}

/** Id of the row that stands for a selection; null where it stands for none (a message). */
export function rowOf(rows: readonly OutlineRow[], selection: Selection | null): string | null {
  if (selection === null) return null;
  switch (selection.kind) {
    case 'part': {
      const known = visibleRows(rows, new Set()).some(({ id }) => id === `part:${selection.name}`);
      return `${known ? 'part' : 'process'}:${selection.name}`;
    }
    case 'process':
      return `process:${selection.name}`;
    case 'topic':
      return `topic:${selection.topic}`;
    case 'partition':
      return `partition:${selection.topic}/${selection.partition}`;
    case 'group':
      return `group:${selection.group}`;
    case 'step': {
      const found = visibleRows(rows, new Set()).find(
        (one) => one.selection?.kind === 'step' && one.selection.point === selection.point,
      );
      return found?.id ?? null;
    }
    case 'fault':
      return `fault:${selection.number}`;
    case 'check':
      return `check:${selection.id}`;
    case 'message':
      return null;
  }
}
