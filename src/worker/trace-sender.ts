/**
 * Cuts what a world has recorded since the last time into chunks that can be transferred: copies of finished parts of
 * blocks, and the rows that names, keys, events and messages have gained. The world keeps its own blocks, from which
 * verdicts are explained.
 */
import type { World } from '#sim/run/world.ts';
import type { SimulationEvent, TableDelta } from '#worker/protocol.ts';

/** 256 KiB: a chunk that the page takes in within a few milliseconds. */
export const CHUNK_RECORDS = 4096;
const RECORD_BYTES = 64;
const FLOATS = RECORD_BYTES / 8;

type TraceEvent = Extract<SimulationEvent, { kind: 'trace' }>;

/** How much of each table the page has. */
interface Sent {
  records: number;
  names: number;
  keys: number;
  events: number;
  messages: number;
}

export class TraceSender {
  private readonly world: World;
  private readonly run: number;
  /** Time of the last record that was sent. */
  private lastAt = 0;
  private readonly sent: Sent = { records: 0, names: 0, keys: 0, events: 0, messages: 0 };

  constructor(world: World, run: number) {
    this.world = world;
    this.run = run;
  }

  /** Records that wait to be sent. */
  get waiting(): number {
    return this.world.parts.recorder.records - this.sent.records;
  }

  /**
   * Virtual time up to which, itself included, everything has been sent: more records of the latest moment may follow
   * while some wait or the run goes on.
   */
  sentTo(goesOn: boolean): number {
    if (this.waiting > 0) return Math.max(0, this.lastAt - 1);
    return goesOn ? Math.max(0, this.world.now - 1) : this.world.now;
  }

  /** The next chunk, or null where nothing waits. */
  next(): TraceEvent | null {
    const count = Math.min(this.waiting, CHUNK_RECORDS);
    if (count <= 0) return null;
    const rows = new ArrayBuffer(count * RECORD_BYTES);
    const bytes = new Uint8Array(rows);
    const first = this.sent.records;
    for (const block of this.world.trace().blocks) {
      const from = Math.max(first, block.first);
      const to = Math.min(first + count, block.first + block.count);
      if (from >= to) continue;
      const start = (from - block.first) * RECORD_BYTES;
      const part = new Uint8Array(block.ints.buffer, start, (to - from) * RECORD_BYTES);
      bytes.set(part, (from - first) * RECORD_BYTES);
    }
    this.sent.records = first + count;
    this.lastAt = new Float64Array(rows)[(count - 1) * FLOATS] ?? 0;
    return { kind: 'trace', run: this.run, first, count, rows, tables: this.delta() };
  }

  /** Rows of tables are sent with the chunk after they were made: earlier than any record that speaks of them needs. */
  private delta(): TableDelta {
    const { names, keys, events, messages } = this.world.parts.catalog;
    const { sent } = this;
    const from = { ...sent };
    sent.names = names.list.length;
    sent.keys = keys.prefix.length;
    sent.events = events.type.length;
    sent.messages = messages.lid.length;
    return {
      namesFrom: from.names,
      names: names.list.slice(from.names),
      keysFrom: from.keys,
      keyPrefix: keys.prefix.data.slice(from.keys, sent.keys),
      keyNumber: keys.number.data.slice(from.keys, sent.keys),
      eventsFrom: from.events,
      eventType: events.type.data.slice(from.events, sent.events),
      eventOwner: events.owner.data.slice(from.events, sent.events),
      eventN: events.n.data.slice(from.events, sent.events),
      eventKey: events.key.data.slice(from.events, sent.events),
      eventItem: events.item.data.slice(from.events, sent.events),
      eventParent: events.parent.data.slice(from.events, sent.events),
      messagesFrom: from.messages,
      messageLid: messages.lid.data.slice(from.messages, sent.messages),
      messageAttempt: messages.attempt.data.slice(from.messages, sent.messages),
    };
  }
}

/** The buffers of an event that are handed over and not copied. */
export function buffersOf(event: SimulationEvent): ArrayBuffer[] {
  if (event.kind !== 'trace') return [];
  const columns = Object.values(event.tables).filter((column) => ArrayBuffer.isView(column));
  return [event.rows, ...columns.map((column) => (column as Int32Array<ArrayBuffer>).buffer)];
}
