/** What the stage is given, and what it tells whoever owns selection, faults and the document. */
import type { Snippet } from 'svelte';
import type { Topology } from '#lib/scene/parts.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import type { Scene } from '#lib/scene/scene.ts';
import type { Selection } from '#lib/scene/selection.ts';
import type { Point, StagePositions } from '#lib/views/stage/plan.ts';
import type { BreakTarget } from '#lib/views/stage/targets.ts';

export interface Connection {
  readonly service: string;
  readonly topic: string;
  readonly way: 'publish' | 'consume';
}

export interface StageProps {
  readonly scene: Scene | null;
  readonly topology: Topology | null;
  readonly selection: Selection | null;
  readonly onselect: (selection: Selection | null) => void;
  readonly onbreak: (target: BreakTarget) => void;
  /** Armed crash points: `payment/charge#after`. */
  readonly armed?: readonly string[];
  /** Seqs of the open verdict's chain, and the trace that they are read from. */
  readonly chain?: readonly number[] | null;
  readonly trace?: ReceivedTrace | null;
  /** Records known so far, for the line that says how few of them the chain needs. */
  readonly records?: number;
  /** "Show everything" while a chain reduces the stage. */
  readonly onshowall?: () => void;
  /** Escape with nothing left to undo: the page moves on to its outline. */
  readonly onleave?: () => void;
  /** From the document's layout. */
  readonly positions?: StagePositions;
  /** A part was moved; absent = nothing can be moved here. */
  readonly onmove?: (name: string, to: Point) => void;
  /** Back to the automatic layout. */
  readonly onlayout?: () => void;
  /** A line was drawn from a part to another; absent = nothing can be joined here. */
  readonly onconnect?: (wish: Connection) => void;
  /** The tables stand in the picture's place; absent = the stage keeps that itself. */
  readonly table?: boolean;
  readonly ontable?: () => void;
  /** What amounts are counted in, as the document says: `EUR`; '' = it does not say. */
  readonly currency?: string;
  /** Stands at the left of the stage's own bar. */
  readonly lead?: Snippet;
  readonly singleKeys?: boolean;
}
