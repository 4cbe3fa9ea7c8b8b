/**
 * The client libraries in a process: one consumer, one producer, or either. A deployment may bring clients with other
 * settings; they take over what the former ones keep across a crash (numbers that must not be used twice).
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import type { Event } from '#sim/kernel/queue.ts';
import type { ConsumerClient, ProducerClient } from '#sim/messaging/client-face.ts';

/** A client that can end in good order: leave its group, send what it has buffered. */
interface Closable {
  close?(ctx: Ctx): void;
}

export type ClosableConsumer = ConsumerClient & Closable;
export type ClosableProducer = ProducerClient & Closable;

interface Pair {
  readonly consumer: ClosableConsumer | null;
  readonly producer: ClosableProducer | null;
}

interface ClientsState {
  readonly consumer: unknown;
  readonly producer: unknown;
}

export class Clients {
  consumer: ClosableConsumer | null = null;
  producer: ClosableProducer | null = null;
  private readonly byRevision: (Pair | undefined)[] = [];

  add(revision: number, consumer: ClosableConsumer | null, producer: ClosableProducer | null): void {
    this.byRevision[revision] = { consumer, producer };
    if (revision === 0) this.pick(0);
  }

  /** The clients of `revision`: its own, or else those of the last one before it that has any. */
  private pick(revision: number): void {
    let row = revision;
    while (row > 0 && this.byRevision[row] === undefined) row -= 1;
    this.consumer = this.byRevision[row]?.consumer ?? null;
    this.producer = this.byRevision[row]?.producer ?? null;
  }

  /** The process comes back as another revision. */
  change(revision: number): void {
    const { consumer, producer } = this.state;
    this.restore(revision, { consumer, producer });
  }

  restore(revision: number, state: ClientsState): void {
    this.pick(revision);
    if (this.consumer !== null) this.consumer.state = state.consumer;
    if (this.producer !== null) this.producer.state = state.producer;
  }

  get state(): ClientsState {
    return { consumer: this.consumer?.state ?? null, producer: this.producer?.state ?? null };
  }

  handle(event: Event, ctx: Ctx): void {
    const { consumer, producer } = this;
    if (consumer !== null && consumer.owns(event.kind)) consumer.handle(event, ctx);
    else if (producer !== null && producer.owns(event.kind)) producer.handle(event, ctx);
  }

  start(ctx: Ctx): void {
    this.producer?.start(ctx);
    this.consumer?.start(ctx);
  }

  crashed(): void {
    this.consumer?.crashed();
    this.producer?.crashed();
  }

  resumed(ctx: Ctx): void {
    this.producer?.resumed(ctx);
    this.consumer?.resumed(ctx);
  }

  reset(peer: number, ctx: Ctx): void {
    this.producer?.reset(peer, ctx);
    this.consumer?.reset(peer, ctx);
  }

  close(ctx: Ctx): void {
    this.consumer?.close?.(ctx);
    this.producer?.close?.(ctx);
  }

  busy(now: number): boolean {
    return (this.consumer?.busy(now) ?? false) || (this.producer?.busy(now) ?? false);
  }
}
