/**
 * What hands do to the document outside its editor: fault bars moved on the timeline, parts moved and joined on the stage.
 * Each is a change like any other: it has a name, and undo takes it back.
 */
import type { Edited } from '#lib/editor/change.ts';
import type { DocumentHistory } from '#lib/editor/document-history.svelte.ts';
import type { JsonObject } from '#lib/editor/document-tree.ts';
import { lengthenFault, moveFault, removeFault } from '#lib/editor/fault-edits.ts';
import type { Session } from '#lib/run/session.ts';
import type { FaultTimes } from '#lib/views/timeline/fault-words.ts';

export class DocumentEdits {
  readonly #session: Session;
  readonly #document: DocumentHistory;

  constructor(session: Session, document: DocumentHistory) {
    this.#session = session;
    this.#document = document;
  }

  /** A bar was moved or lengthened; numbers count from 1. */
  changeFault(number: number, times: FaultTimes): void {
    const planned = this.#session.timeline?.faults.find((fault) => fault.number === number)?.planned;
    if (planned === undefined) return;
    if (times.at !== null && times.at !== planned.at)
      this.#edit((value) => moveFault(value, number - 1, times.at ?? 0));
    if (times.lasts !== planned.lasts) this.#edit((value) => lengthenFault(value, number - 1, times.lasts));
  }

  removeFault(number: number): void {
    this.#edit((value) => removeFault(value, number - 1));
  }

  #edit(change: (value: JsonObject) => Edited): boolean {
    const { value } = this.#document;
    return value !== null && this.#document.apply(change(value));
  }
}
