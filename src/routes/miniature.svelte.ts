/**
 * Home's small lab: a real run in the worker, held at a moment just after a charge and before its commit. Crashing adds a
 * fault there and runs again; fixing runs the same seed and the same crash with an idempotency key. Every number that
 * it tells is read from the trace.
 */
import { RunSession } from '#lib/run/run-session.svelte.ts';
import type { FaultWords, Session } from '#lib/run/session.ts';
import { tellRecord } from '#lib/scene/told-record.ts';
import { miniatureDocument } from './miniature-document.ts';

export type MiniaturePhase = 'preparing' | 'still' | 'crashing' | 'crashed' | 'fixing' | 'fixed' | 'failed';

interface Subject {
  readonly lid: number;
  readonly key: string;
  readonly process: string;
}

/** Charges before the one that is interrupted: enough to see the system at work. */
const CHARGES_BEFORE = 6;
/** Wall seconds from the crash to what it leads to. */
const SHOWN_FOR = 5;
/** µs that the picture goes on after the second delivery, so that its charge has settled. */
const AFTERWARDS = 150_000;

export class Miniature {
  readonly session: Session = new RunSession();
  phase = $state<MiniaturePhase>('preparing');
  subject = $state.raw<Subject | null>(null);
  #moment = 0;
  #until = Infinity;
  /** The playhead is on its way from the crash to what it leads to. */
  #showing = false;
  #faults: readonly FaultWords[] = [];

  async prepare(): Promise<void> {
    this.phase = 'preparing';
    this.#showing = false;
    this.session.pause();
    if (!(await this.#run(miniatureDocument({ withKey: false })))) return;
    this.subject = this.#findMoment();
    this.session.seek(this.#moment);
    this.phase = this.subject === null ? 'failed' : 'still';
  }

  async crash(): Promise<void> {
    if (this.subject === null) return;
    this.phase = 'crashing';
    const at = `${this.#moment + 1}us`;
    this.#faults = [{ crash: this.subject.process, at, for: '4s' }];
    if (!(await this.#run(miniatureDocument({ withKey: false }, this.#faults)))) return;
    const second = this.charges()[1];
    this.#until = (second?.at ?? this.session.computedTo) + AFTERWARDS;
    this.#show();
  }

  async fix(): Promise<void> {
    this.phase = 'fixing';
    if (!(await this.#run(miniatureDocument({ withKey: true }, this.#faults)))) return;
    this.#show();
  }

  /** To be called whenever the playhead has moved: ends the showing where its story ends. */
  watch(playhead: number): void {
    if (!this.#showing || playhead < this.#until) return;
    this.#showing = false;
    this.session.pause();
    this.session.seek(this.#until);
    this.phase = this.phase === 'crashing' ? 'crashed' : 'fixed';
  }

  /** The subject's charges up to the playhead, or all of the run's. */
  charges(until = Infinity): readonly { readonly at: number; readonly amount: number }[] {
    const { trace } = this.session;
    if (trace === null || this.subject === null) return [];
    return trace.index
      .eventRecords(this.subject.lid)
      .map((seq) => tellRecord(trace, seq))
      .flatMap((record) =>
        record?.kind === 'effect' && record.at <= until
          ? [{ at: record.at, amount: Number(record.fields['amount'] ?? 0) }]
          : [],
      );
  }

  async #run(text: string): Promise<boolean> {
    const opened = await this.session.open(text, 'crash-by-hand.json');
    if (!opened) {
      this.phase = 'failed';
      return false;
    }
    while (!this.session.idle) await new Promise((resolve) => setTimeout(resolve, 20));
    return true;
  }

  #show(): void {
    this.session.seek(this.#moment);
    this.#showing = true;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.watch(Infinity);
      return;
    }
    this.session.setSpeed((this.#until - this.#moment) / (SHOWN_FOR * 1_000_000));
    this.session.play();
  }

  /** Just after a charge of payment-1, while the request's answer is on its way back. */
  #findMoment(): Subject | null {
    const lane = this.session.timeline?.effects[0];
    for (let i = CHARGES_BEFORE; lane !== undefined && i < lane.length; i += 1) {
      this.#moment = (lane.at[i] ?? 0) + 1;
      this.session.seek(this.#moment);
      const row = this.session.scene?.ledgers[0]?.rows.at(-1);
      if (row?.actor === 'payment-1') return { lid: row.lid, key: row.key, process: row.actor };
    }
    return null;
  }
}
