// Forged traces: records written by hand, field by field under their names, through the real recorder. A draft refers
// to its causes as drafts, so that a test can drop, repeat or reorder drafts and the causes still point where they can.
import { intern } from '#sim/base/names.ts';
import type { CheckContract } from '#sim/checkers/contract.ts';
import type { Checker, CheckResult } from '#sim/checkers/verdict.ts';
import { addEvent, addMessage, createCatalog, type Catalog } from '#sim/messaging/catalog.ts';
import { keyOf, keyOfText } from '#sim/messaging/keys.ts';
import { History } from '#sim/trace/history.ts';
import type { Fold } from '#sim/trace/fold.ts';
import { TraceRecorder, type TraceLevel } from '#sim/trace/recorder.ts';
import { shapes, type KindName } from '#sim/trace/vocabulary.ts';

export interface Draft {
  readonly kind: KindName;
  readonly entity: string;
  readonly at: number;
  readonly fields: Readonly<Record<string, number | string>>;
  readonly lid: number;
  readonly cause: Draft | null;
  readonly also: Draft | null;
}

export interface DraftLinks {
  readonly of?: number;
  readonly cause?: Draft | null;
  readonly also?: Draft | null;
}

export class Forge {
  readonly catalog: Catalog = createCatalog();
  readonly entities: string[] = [];
  readonly drafts: Draft[] = [];
  private readonly made = new Map<string, number>();

  constructor(names: readonly string[] = []) {
    for (const name of names) intern(this.catalog.names, name);
  }

  entity(name: string): number {
    const known = this.entities.indexOf(name);
    return known >= 0 ? known : this.entities.push(name) - 1;
  }

  key(text: string): number {
    const split = /^(.*\D)(\d+)$/.exec(text);
    if (split === null) return keyOfText(this.catalog.keys, this.catalog.names, text);
    return keyOf(this.catalog.keys, intern(this.catalog.names, split[1] ?? ''), Number(split[2]));
  }

  /** A logical event and its first copy; key '' = none. */
  event(type: string, key: string, by: string): number {
    const n = (this.made.get(by) ?? 0) + 1;
    this.made.set(by, n);
    const keyId = key === '' ? -1 : this.key(key);
    const lid = addEvent(this.catalog, intern(this.catalog.names, type), this.entity(by), n, keyId, -1, -1);
    addMessage(this.catalog, lid, 0);
    return lid;
  }

  add(
    kind: KindName,
    entity: string,
    at: number,
    fields: Readonly<Record<string, number | string>>,
    links: DraftLinks = {},
  ): Draft {
    this.entity(entity);
    const draft: Draft = {
      kind,
      entity,
      at,
      fields,
      lid: links.of ?? -1,
      cause: links.cause ?? null,
      also: links.also ?? null,
    };
    for (const [name, type] of shapes[kind].fields) this.number(type, fields[name]);
    this.drafts.push(draft);
    return draft;
  }

  private number(type: string, value: number | string | undefined): number {
    if (value === undefined) return type === 'number' ? 0 : -1;
    if (typeof value === 'number') return value;
    if (type === 'entity') return this.entity(value);
    if (type === 'key') return this.key(value);
    return intern(this.catalog.names, value);
  }

  /** Writes drafts (all of them unless others are given) to the folds, in this order. */
  write(
    folds: readonly Fold[],
    drafts: readonly Draft[] = this.drafts,
    level: TraceLevel = 'full',
  ): TraceRecorder {
    const recorder = new TraceRecorder(level);
    recorder.attach(folds);
    const seqs = new Map<Draft, number>();
    const seqOf = (draft: Draft | null): number => (draft === null ? -1 : (seqs.get(draft) ?? -1));
    for (const draft of drafts) {
      const shape = shapes[draft.kind];
      const slots = [0, 1, 2, 3, 4, 5].map((slot) => {
        const field = shape.fields[slot];
        return field === undefined ? 0 : this.number(field[1], draft.fields[field[0]]);
      });
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = slots;
      const value = shape.value === undefined ? 0 : Number(draft.fields[shape.value[0]] ?? 0);
      const seq = recorder.write(
        shape.number,
        this.entity(draft.entity),
        draft.at,
        seqOf(draft.cause),
        seqOf(draft.also),
        draft.lid,
        draft.lid,
        a,
        b,
        c,
        d,
        e,
        f,
        value,
      );
      if (draft.kind === 'produce' && !seqs.has(draft)) this.catalog.events.produced.data[draft.lid] = seq;
      seqs.set(draft, seq);
    }
    recorder.settle();
    return recorder;
  }

  /** What one checker says about drafts. */
  judge(
    make: (contract: CheckContract, catalog: Catalog, history: History) => Checker,
    contract: CheckContract,
    quiescent = true,
    drafts: readonly Draft[] = this.drafts,
  ): CheckResult {
    const history = new History(contract, this.catalog);
    const checker = make(contract, this.catalog, history);
    this.write([history, checker], drafts);
    const at = drafts.reduce((latest, draft) => (draft.at > latest ? draft.at : latest), 0);
    return checker.verdict({ quiescent, at });
  }
}
