/**
 * A repair: a change of the document that runs the same seed from the beginning, and the two reports side by side for as
 * long as the repaired document is the one that is run.
 */
import type { DocumentHistory } from '#lib/editor/document-history.svelte.ts';
import { repairsFor, type Repair, type RepairQuestion } from '#lib/editor/repairs.ts';
import type { Session } from '#lib/run/session.ts';
import type { RunReport } from '#lib/scene/parts.ts';
import { words } from './words.ts';

interface Comparison {
  readonly before: RunReport;
  readonly after: RunReport;
  readonly change: string;
}

export class RepairRun {
  readonly #session: Session;
  readonly #document: DocumentHistory;
  #repaired = $state.raw<{ before: RunReport; change: string; text: string } | null>(null);

  constructor(session: Session, document: DocumentHistory) {
    this.#session = session;
    this.#document = document;
  }

  /** What the document offers against an anomaly, the surest first. */
  offered(question: RepairQuestion): readonly Repair[] {
    const { value } = this.#document;
    return value === null ? [] : repairsFor(value, question);
  }

  /** False: it changed nothing. */
  run({ name, change }: Repair): boolean {
    const before = this.#session.report;
    if (!this.#document.apply(change) || before === null) return false;
    this.#repaired = { before, change: words.repair.ran(name), text: this.#document.text };
    return true;
  }

  /** Both runs, once the second has ended. */
  get comparison(): Comparison | null {
    const repaired = this.#repaired;
    const { report, status, text } = this.#session;
    if (repaired === null || report === null || report === repaired.before) return null;
    if (status === 'computing' || text !== repaired.text) return null;
    return { before: repaired.before, after: report, change: repaired.change };
  }

  close(): void {
    this.#repaired = null;
  }
}
