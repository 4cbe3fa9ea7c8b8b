/** What the stage shows at a playhead, as tables of text: one for each kind of part. */
import type { Scene } from '#lib/scene/scene.ts';
import { stateWord } from '#lib/views/stage/process-facts.ts';
import { clock, group, money, partitionList, words } from '#lib/views/stage/words.ts';

export interface StageRows {
  readonly title: string;
  readonly head: readonly string[];
  /** Columns that hold numbers. */
  readonly numbers: readonly number[];
  readonly rows: readonly (readonly string[])[];
}

/** A flight each: what is under way at a busy moment can be thousands, which nobody reads. */
const FLIGHTS_LISTED = 200;

export function stageTables(scene: Scene): StageRows[] {
  return [
    processRows(scene),
    partitionRows(scene),
    recordRows(scene),
    ledgerRows(scene),
    tableRows(scene),
    flightRows(scene),
  ];
}

function processRows(scene: Scene): StageRows {
  return {
    ...words.tables.processes,
    numbers: [2, 6],
    rows: scene.processes.map((process) => {
      const lane = process.lanes[0];
      const held = lane?.inHand;
      const place = held ? `${held.topic}/${held.partition} @ ${held.offset}` : '';
      return [
        process.name,
        stateWord(process, scene.at),
        process.generation < 0 ? '' : String(process.generation),
        partitionList(process.assigned),
        held ? `${held.key} (${place}, ${words.deliveries(held.deliveries)})` : '',
        lane && lane.step >= 0 ? lane.point : '',
        group(process.handled),
      ];
    }),
  };
}

function partitionRows(scene: Scene): StageRows {
  const offset = (value: number): string => (value < 0 ? words.tables.noOffset : String(value));
  return {
    ...words.tables.partitions,
    numbers: [2, 3, 5, 6, 7],
    rows: scene.partitions.flatMap((one) => {
      const own = [`${one.topic}/${one.partition}`, one.leader, String(one.logStart), String(one.end)];
      if (one.readers.length === 0) return [[...own, '', '', '', '', '']];
      return one.readers.map((reader) => [
        ...own,
        reader.group,
        offset(reader.committed),
        offset(reader.position),
        String(reader.lag),
        reader.owner ?? words.tables.nobody,
      ]);
    }),
  };
}

function recordRows(scene: Scene): StageRows {
  return {
    ...words.tables.records,
    numbers: [1, 5],
    rows: scene.partitions.flatMap((one) =>
      one.records.map((record) => [
        `${one.topic}/${one.partition}`,
        String(record.offset),
        record.key,
        record.type,
        clock(record.at),
        String(record.deliveries),
      ]),
    ),
  };
}

function ledgerRows(scene: Scene): StageRows {
  return {
    ...words.tables.ledgers,
    numbers: [1, 3, 5, 6],
    rows: scene.ledgers.flatMap((ledger) =>
      ledger.rows.map((row) => [
        ledger.effect,
        String(row.entry),
        row.key,
        String(row.nth),
        row.actor,
        String(row.attempt),
        money(row.amount),
        clock(row.at),
      ]),
    ),
  };
}

function tableRows(scene: Scene): StageRows {
  return {
    ...words.tables.tables,
    numbers: [1, 2],
    rows: scene.tables.map((table) => [table.effect, group(table.rows), String(table.openTransactions)]),
  };
}

function flightRows(scene: Scene): StageRows {
  return {
    ...words.tables.flights,
    numbers: [],
    rows: scene.flights.slice(0, FLIGHTS_LISTED).map((flight) => {
      const cargo = flight.cargo.map(({ key, type }) => (key === '-' ? type : key)).join(', ');
      const lost = flight.verdict === 'dropped' || flight.verdict === 'held';
      return [
        flight.from,
        flight.to,
        flight.packet,
        flight.more > 0 ? `${cargo} ${words.tables.andMore(flight.more)}` : cargo,
        clock(flight.sentAt),
        lost ? words.tables.never : clock(flight.arrivesAt),
        flight.verdict,
      ];
    }),
  };
}
