/**
 * What hands do to the document outside its editor: fault bars moved on the timeline, parts moved and joined on the stage.
 * Each is a change like any other: it has a name, and undo takes it back.
 */
import { forgetPositions, setPosition, type Edited } from '#lib/editor/change.ts';
import { connectConsume, connectPublish } from '#lib/editor/connect.ts';
import { names } from '#lib/editor/part-names.ts';
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

  movePart(name: string, { x, y }: { readonly x: number; readonly y: number }): void {
    this.#edit((value) => setPosition(value, name, x, y));
  }

  layOutAnew(): void {
    this.#edit(forgetPositions);
  }

  consume(service: string, topic: string): void {
    this.#edit((value) => connectConsume(value, service, topic));
  }

  publish(service: string, topic: string, event: string): void {
    this.#edit((value) => connectPublish(value, service, topic, event));
  }

  /** Event types that a service can publish. */
  get events(): readonly string[] {
    const { value } = this.#document;
    return value === null ? [] : names(value, '/events');
  }

  #edit(change: (value: JsonObject) => Edited): void {
    const { value } = this.#document;
    if (value !== null) this.#document.apply(change(value));
  }
}
