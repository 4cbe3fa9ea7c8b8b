/** Partitions, ledgers and tables of a scene, written out from its folded state and the run's facts. */
import { present } from '#sim/base/assert.ts';
import { intAt } from '#sim/base/column.ts';
import { keyText } from '#sim/messaging/keys.ts';
import { copiesScene } from '#lib/scene/copies.ts';
import type { RunFacts } from '#lib/scene/facts.ts';
import { messageOf } from '#lib/scene/message.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import type {
  LedgerRowScene,
  LedgerScene,
  PartitionScene,
  ReaderScene,
  RecordScene,
  TableScene,
} from '#lib/scene/scene.ts';
import type { SceneState } from '#lib/scene/scene-state.ts';

/** Records of a partition from one offset to another, as of the record `seq`. */
function partitionRecords(
  facts: RunFacts,
  trace: ReceivedTrace,
  partition: number,
  from: number,
  to: number,
  seq: number,
): RecordScene[] {
  const log = facts.logs.logs[partition];
  const records: RecordScene[] = [];
  if (log === undefined) return records;
  for (let offset = Math.max(0, from); offset < to; offset += 1) {
    if (facts.logs.isCompacted(partition, offset, seq)) continue;
    const appended = facts.logs.appendAt(partition, offset, seq);
    const row = appended < 0 ? null : trace.row(appended);
    if (row === null) continue;
    const { lid, mid, at } = row;
    const deliveries = facts.logs.deliveries(lid, seq);
    const transaction = facts.marks.of(partition, offset, seq);
    const part = transaction === undefined ? {} : { transaction };
    records.push(
      facts.recordCache.get(
        appended,
        (known) => known.deliveries === deliveries && known.transaction === transaction,
        () => ({
          ...messageOf(facts.ground.catalog, lid, mid),
          offset,
          seq: appended,
          at,
          deliveries,
          ...part,
        }),
      ),
    );
  }
  return records;
}

export function partitionScenes(
  state: SceneState,
  facts: RunFacts,
  trace: ReceivedTrace,
  recent: number,
): PartitionScene[] {
  const { ground } = facts;
  return ground.partitions.flatMap(({ topic, partition }, row) => {
    if (!facts.logs.isThere(row, state.seq)) return [];
    const end = state.ends[row] ?? 0;
    const logStart = facts.logs.logStart(row, state.seq);
    const readers = ground.topology.groups.flatMap(({ name }, group): ReaderScene[] => {
      if (!ground.isRead(group, row)) return [];
      const slot = ground.slot(group, row);
      const committed = state.committed[slot] ?? -1;
      const owner = state.owners[slot] ?? -1;
      return [
        {
          group: name,
          committed,
          position: state.positions[slot] ?? -1,
          owner: owner < 0 ? null : ground.entityName(owner),
          lag: Math.max(0, end - (committed < 0 ? logStart : committed)),
        },
      ];
    });
    const records = partitionRecords(facts, trace, row, Math.max(logStart, end - recent), end, state.seq);
    const markers = facts.marks.markers(row, end - recent, end, state.seq);
    const stable = facts.marks.stableOffset(row, state.seq);
    const scene: PartitionScene = {
      topic,
      partition,
      ...copiesScene(state, ground, row),
      logStart,
      end,
      records,
      ...(markers.length > 0 ? { markers } : {}),
      ...(stable !== null ? { stableOffset: stable } : {}),
      readers,
    };
    return [scene];
  });
}

/** Rows of a ledger from one entry to another (from 0), as of the record `seq`. */
function ledgerRows(
  facts: RunFacts,
  trace: ReceivedTrace,
  ledger: number,
  from: number,
  to: number,
  seq: number,
): LedgerRowScene[] {
  const known = facts.ledgers[ledger];
  const rows: LedgerRowScene[] = [];
  if (known === undefined) return rows;
  const entries = known.entries(seq);
  for (let entry = Math.max(0, from); entry < Math.min(to, entries); entry += 1) {
    const entered = intAt(known.seqs, entry);
    const repeated = known.repeated(entry, entries);
    const made = (): LedgerRowScene => ledgerRow(facts, trace, ledger, entry, entered, repeated);
    rows.push(facts.ledgerCache.get(entered, (before) => before.repeated === repeated, made));
  }
  return rows;
}

function ledgerRow(
  { ground, ledgers }: RunFacts,
  trace: ReceivedTrace,
  ledger: number,
  entry: number,
  seq: number,
  repeated: boolean,
): LedgerRowScene {
  const { catalog } = ground;
  const row = present(trace.row(seq), '[PAGE-7] a ledger speaks of records that have arrived');
  const nths = ledgers[ledger]?.nths;
  return {
    ...messageOf(catalog, row.lid, row.mid),
    key: keyText(catalog.keys, catalog.names, row.b),
    keyId: row.b,
    entry: entry + 1,
    effect: ground.ledgers[ledger]?.effect ?? '',
    attempt: row.e,
    amount: row.value,
    actor: ground.entityName(row.d),
    at: row.at,
    seq,
    nth: nths === undefined ? 1 : intAt(nths, entry),
    repeated,
  };
}

export function ledgerScenes(
  state: SceneState,
  facts: RunFacts,
  trace: ReceivedTrace,
  recent: number,
): LedgerScene[] {
  return facts.ground.ledgers.map(({ effect, store }, ledger) => {
    const known = facts.ledgers[ledger];
    const entries = known?.entries(state.seq) ?? 0;
    return {
      effect,
      store,
      entries,
      duplicates: known?.duplicatesIn(entries) ?? 0,
      total: known?.total(entries) ?? 0,
      rows: ledgerRows(facts, trace, ledger, entries - recent, entries, state.seq),
    };
  });
}

export function tableScenes(
  state: SceneState,
  facts: RunFacts,
  trace: ReceivedTrace,
  recent: number,
): TableScene[] {
  const { ground } = facts;
  const { keys, names } = ground.catalog;
  return ground.tables.map(({ effect, store, entity }, table) => {
    const known = facts.tables[table];
    const statements = known?.statements(state.seq) ?? 0;
    const latest: TableScene['latest'][number][] = [];
    for (let i = Math.max(0, statements - recent); known !== undefined && i < statements; i += 1) {
      const row = trace.row(intAt(known.seqs, i));
      if (row === null) continue;
      const { at, seq, lid } = row;
      const [key, actor] = [keyText(keys, names, row.c), ground.entityName(row.e)];
      latest.push({ operation: ground.name(row.a), key, keyId: row.c, lid, actor, at, seq });
    }
    return {
      effect,
      store,
      rows: known?.rowsAfter(statements) ?? 0,
      openTransactions: facts.transactions.get(entity)?.before(state.seq) ?? 0,
      latest,
    };
  });
}
