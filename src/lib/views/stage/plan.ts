/**
 * Where everything that stands still is drawn: boxes, steps, strips and links in the stage's own pixels (1:1 at 1440).
 * Made by stage-plan from the topology alone, so that nothing moves because the run does.
 */
import type { ServiceTopology, StoreTopology, TopicTopology } from '#lib/scene/parts.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly w: number;
  readonly h: number;
}

export type CrashPhase = 'before' | 'after';

/** One cell of a program's row, in its process's own coordinates. `step` -1 = waiting for the next record. */
export interface StepCell extends Box {
  readonly step: number;
  readonly name: string;
  readonly label: string;
  readonly point: string;
  readonly nested: boolean;
}

/** A crash point: between two steps it is both after the one and before the other. */
export interface CrashTick extends Point {
  readonly point: string;
  readonly phase: CrashPhase;
  /** `payment/charge#after`, and the other name of the same place. */
  readonly names: readonly string[];
}

export interface ProgramPlan {
  readonly event: string | null;
  /** Baseline of the event type's name; null where the program is the only one. */
  readonly labelY: number | null;
  readonly cells: readonly StepCell[];
  readonly ticks: readonly CrashTick[];
}

export interface ProcessPlan {
  readonly kind: 'process';
  readonly id: string;
  readonly name: string;
  readonly entity: number;
  readonly service: ServiceTopology;
  readonly box: Box;
  readonly programs: readonly ProgramPlan[];
  /** Middles of the lines that show what is in hand. */
  readonly laneY: readonly number[];
}

export interface StripPlan {
  readonly partition: number;
  /** Top of its cells, in the topic's own coordinates. */
  readonly y: number;
}

export interface TopicPlan {
  readonly kind: 'topic';
  readonly id: string;
  readonly name: string;
  readonly broker: string;
  readonly topic: TopicTopology;
  readonly box: Box;
  /** Groups that read it, in the order of their marker rows. */
  readonly groups: readonly string[];
  /** Nobody reads it: strips without markers, half as high. */
  readonly dense: boolean;
  /** Left edge of the first cell. */
  readonly x0: number;
  /** Cells that a strip has room for. */
  readonly cells: number;
  readonly lagX: number;
  readonly leaderX: number;
  readonly strips: readonly StripPlan[];
  /** Partitions beyond the strips that there is room for. */
  readonly hidden: number;
}

export interface StorePlan {
  readonly kind: 'store';
  readonly id: string;
  readonly name: string;
  readonly store: StoreTopology;
  readonly box: Box;
  /** Ledger rows that each operation has room for. */
  readonly rows: number;
}

export type NodePlan = ProcessPlan | TopicPlan | StorePlan;

export interface LinkPlan {
  readonly id: string;
  readonly kind: 'publish' | 'consume' | 'call' | 'statement';
  /** The process, and the topic or store at the other end. */
  readonly process: string;
  readonly door: string;
  /** Node ids; things flow from the one to the other: a topic's records from topic to process. */
  readonly from: string;
  readonly to: string;
  /** Corners from `from` to `to`. */
  readonly points: readonly Point[];
  readonly length: number;
  readonly latency: string;
  readonly label: (Point & { readonly beside: boolean }) | null;
}

export interface StagePlan {
  readonly width: number;
  readonly height: number;
  readonly narrow: boolean;
  readonly nodes: readonly NodePlan[];
  readonly links: readonly LinkPlan[];
  readonly byId: ReadonlyMap<string, NodePlan>;
}

/** Positions that the document keeps, by the name of a process, topic or store. */
export type StagePositions = Readonly<Record<string, Point>>;

export function lengthOf(points: readonly Point[]): number {
  let length = 0;
  for (let i = 1; i < points.length; i += 1) length += distance(points[i - 1], points[i]);
  return length;
}

/** All legs run along an axis, so a leg's length is the sum of its differences. */
export function distance(a: Point | undefined, b: Point | undefined): number {
  return a === undefined || b === undefined ? 0 : Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
}
