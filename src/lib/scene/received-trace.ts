/**
 * A run's trace as the page has it: rows in blocks, the tables of names, keys, events and messages that the rows speak
 * of, and an index over them. Grows by what the worker sends; nothing in it is ever taken back.
 */
import { assert, present } from '#sim/base/assert.ts';
import { createCatalog, type Catalog } from '#sim/messaging/catalog.ts';
import { BLOCK_RECORDS, createBlock, type Block, type Row } from '#sim/trace/block.ts';
import { TraceIndex } from '#sim/trace/index.ts';
import type { TraceHeader } from '#sim/trace/text.ts';
import { RECORD_WORDS } from '#sim/trace/vocabulary.ts';
import { appendTables } from '#lib/scene/table-rows.ts';
import type { TableDelta } from '#worker/protocol.ts';

export class ReceivedTrace {
  readonly catalog: Catalog;
  readonly header: TraceHeader;
  readonly index = new TraceIndex();
  readonly blocks: Block[] = [];

  constructor(entityNames: readonly string[], packets: ReadonlyMap<number, string>) {
    this.catalog = createCatalog();
    this.header = { entityNames, catalog: this.catalog, packets };
  }

  /** Seq of the next record. */
  get records(): number {
    const last = this.blocks[this.blocks.length - 1];
    return last === undefined ? 0 : last.first + last.count;
  }

  /** Takes `count` rows of 64 bytes; rows come in order and without gaps. */
  append(first: number, rows: ArrayBuffer, count: number, tables: TableDelta): void {
    assert(first === this.records, '[PAGE-6] records arrive in order');
    appendTables(this.catalog, tables);
    const words = new Int32Array(rows, 0, count * RECORD_WORDS);
    for (let taken = 0; taken < count;) {
      let block = this.blocks[this.blocks.length - 1];
      if (block === undefined || block.count === BLOCK_RECORDS) {
        block = createBlock(this.records);
        this.blocks.push(block);
      }
      const some = Math.min(count - taken, BLOCK_RECORDS - block.count);
      const from = taken * RECORD_WORDS;
      block.ints.set(words.subarray(from, from + some * RECORD_WORDS), block.count * RECORD_WORDS);
      block.count += some;
      taken += some;
    }
    this.index.extend(this.blocks);
  }

  /** The block that holds a record that is there. */
  blockOf(seq: number): Block {
    return present(this.blocks[Math.floor(seq / BLOCK_RECORDS)], '[PAGE-5] a record that has not arrived');
  }

  row(seq: number): Row | null {
    return this.index.row(seq);
  }
}
