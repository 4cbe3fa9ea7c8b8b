/**
 * What each repair does to a document; null where it would change nothing. They read programs, stores and clients as they
 * stand and know no scenario: every consumer, step and setting that the rule speaks of is changed, the first is opened.
 */
import {
  isObject,
  listAt,
  objectAt,
  pointerOf,
  valueAt,
  withMove,
  withValue,
} from '#lib/editor/document-tree.ts';
import type { Json, JsonObject } from '#lib/editor/document-tree.ts';
import { names, programsOf, stepVerb, stepsWithin, type ProgramPlace } from '#lib/editor/part-names.ts';
import { settingOf } from '#sim/brokers/kafka/config.ts';

interface Made {
  readonly document: JsonObject;
  /** The control that shows it. */
  readonly opens: string;
}

/** `claim` holds the check's own words: effect, per. */
export type RepairStep = (document: JsonObject, claim: JsonObject) => Made | null;

/** Gathers changes; the first place changed is the one that is opened. */
class Draft {
  document: JsonObject;
  opens: string | null = null;

  constructor(document: JsonObject) {
    this.document = document;
  }

  set(pointer: string, value: Json): void {
    if (valueAt(this.document, pointer) === value) return;
    this.opens ??= pointer;
    this.document = withValue(this.document, pointer, value);
  }

  made(): Made | null {
    return this.opens === null ? null : { document: this.document, opens: this.opens };
  }
}

function handlersOf(document: JsonObject): ProgramPlace[] {
  return programsOf(document).filter((program) => program.event !== null);
}

/** `{order.id}` where the program can read that field; else undefined. */
function fieldTemplate(
  document: JsonObject,
  program: ProgramPlace,
  per: Json | undefined,
): string | undefined {
  if (typeof per !== 'string') return undefined;
  const [item = '', field = ''] = per.split('.');
  const known =
    program.event === null
      ? valueAt(document, pointerOf('data', item, field)) !== undefined
      : names(document, pointerOf('events', program.event, 'fields')).includes(per);
  return known ? `{${per}}` : undefined;
}

export const honourKey: RepairStep = (document, claim) => {
  const effect = typeof claim['effect'] === 'string' ? claim['effect'] : '';
  const [store = '', operation = ''] = effect.split('.');
  const place = pointerOf('stores', store, 'operations', operation);
  if (!isObject(valueAt(document, place))) return null;
  const draft = new Draft(document);
  for (const program of programsOf(document)) {
    for (const { step, pointer } of stepsWithin(program.steps, program.pointer)) {
      if (!isObject(step) || step['call'] !== effect) continue;
      const key = fieldTemplate(document, program, claim['per']) ?? step['key'];
      if (key !== undefined) draft.set(`${pointer}/idempotencyKey`, key);
    }
  }
  draft.set(`${place}/idempotencyKey`, 'honoured');
  return draft.made();
};

export const uniqueKey: RepairStep = (document, claim) => {
  const effect = typeof claim['effect'] === 'string' ? claim['effect'] : '';
  const [store = '', table = ''] = effect.split('.');
  const place = pointerOf('stores', store, 'tables', table);
  if (!isObject(valueAt(document, place))) return null;
  const draft = new Draft(document);
  const unique = listAt(document, `${place}/unique`);
  if (!unique.includes('key')) draft.set(`${place}/unique`, [...unique, 'key']);
  for (const program of programsOf(document)) {
    const all = stepsWithin(program.steps, program.pointer);
    for (const { step, pointer } of all) {
      if (!isObject(step) || (step['insert'] !== effect && step['insert'] !== table)) continue;
      const around = all.find(
        (outer) => pointer.startsWith(`${outer.pointer}/do/`) && stepVerb(outer.step) === 'transaction',
      );
      const inStore =
        step['insert'] === effect || (isObject(around?.step) && around.step['transaction'] === store);
      if (inStore && step['onConflict'] === undefined) draft.set(`${pointer}/onConflict`, 'ignore');
    }
  }
  return draft.made();
};

/** A `settle` that stands before further steps moves behind them. */
export const settleLast: RepairStep = (document) => {
  let next = document;
  let opens: string | null = null;
  for (const { pointer, steps } of handlersOf(document)) {
    const place = steps.indexOf('settle');
    if (place < 0 || place === steps.length - 1) continue;
    next = withMove(next, pointer, place, steps.length - 1);
    opens ??= `${pointer}/${steps.length - 1}`;
  }
  return opens === null ? null : { document: next, opens };
};

export const seekBack: RepairStep = (document) => {
  const draft = new Draft(document);
  for (const service of consumers(document)) {
    const place = pointerOf('services', service, 'onError');
    const onError = valueAt(document, place);
    if (onError === 'poll-on') draft.set(place, 'seek-back');
    const retry = isObject(onError) ? onError['retry'] : undefined;
    const then = isObject(retry) ? retry['then'] : undefined;
    if (then === 'poll-on' || then === 'drop') draft.set(`${place}/retry/then`, 'seek-back');
  }
  return draft.made();
};

function consumers(document: JsonObject): string[] {
  return names(document, '/services').filter((name) =>
    isObject(valueAt(document, pointerOf('services', name, 'on'))),
  );
}

/** Every subscription with its pointer. */
function subscriptions(document: JsonObject): { readonly service: string; readonly pointer: string }[] {
  return names(document, '/carry').flatMap((broker) => {
    const place = pointerOf('carry', broker, 'consume');
    return names(document, place).map((service) => ({ service, pointer: place + pointerOf(service) }));
  });
}

export const commitAfterwards: RepairStep = (document) => {
  const draft = new Draft(document);
  for (const { service, pointer } of subscriptions(document)) {
    const auto = objectAt(document, `${pointer}/config`)['enable.auto.commit'] ?? true;
    if (auto !== true && auto !== 'true') continue;
    draft.set(`${pointer}/config`, {
      ...objectAt(document, `${pointer}/config`),
      'enable.auto.commit': false,
    });
    draft.opens = draft.opens === `${pointer}/config` ? `${pointer}/config/enable.auto.commit` : draft.opens;
    for (const program of handlersOf(document)) {
      const settles = program.steps.some((step) => ['settle', 'commit'].includes(stepVerb(step)));
      if (program.service === service && !settles) draft.set(program.pointer, [...program.steps, 'settle']);
    }
  }
  return draft.made();
};

export const confirmPublishing: RepairStep = (document) => {
  const draft = new Draft(document);
  for (const program of programsOf(document)) {
    const publishes = stepsWithin(program.steps, program.pointer).filter(
      ({ step }) => stepVerb(step) === 'publish',
    );
    for (const { step, pointer } of publishes) {
      if (isObject(step) && step['wait'] === 'none') draft.set(`${pointer}/wait`, 'confirm');
    }
    const config = pointerOf('services', program.service, 'config');
    const acks = objectAt(document, config)['acks'];
    const weak = acks !== undefined && !['all', '-1', -1].includes(acks as string);
    if (publishes.length > 0 && weak) draft.set(`${config}/acks`, 'all');
  }
  return draft.made();
};

export const readFromStart: RepairStep = (document) => {
  const draft = new Draft(document);
  for (const { pointer } of subscriptions(document)) {
    const config = objectAt(document, `${pointer}/config`);
    const reset = config['auto.offset.reset'] ?? 'latest';
    if (reset !== 'earliest') draft.set(`${pointer}/config/auto.offset.reset`, 'earliest');
  }
  return draft.made();
};

export const keyedRoute: RepairStep = (document) => {
  const draft = new Draft(document);
  for (const broker of names(document, '/carry')) {
    const publish = pointerOf('carry', broker, 'publish');
    for (const event of names(document, publish)) {
      const route = publish + pointerOf(event);
      const id = Object.entries(objectAt(document, pointerOf('events', event, 'fields'))).find(
        ([, type]) => type === 'id',
      );
      if (valueAt(document, `${route}/key`) === undefined && id) draft.set(`${route}/key`, `{${id[0]}}`);
    }
  }
  return draft.made();
};

const THREE_THEN_DROP = { retry: { in: 'place', deliveries: 3, backoff: '100ms', then: 'drop' } };

export const catchCrash: RepairStep = (document) => {
  const draft = new Draft(document);
  for (const program of handlersOf(document)) {
    for (const { step, pointer } of stepsWithin(program.steps, program.pointer)) {
      if (!isObject(step) || step['fail'] !== 'crash') continue;
      draft.set(`${pointer}/fail`, 'permanent');
      const onError = pointerOf('services', program.service, 'onError');
      if (!isObject(valueAt(draft.document, onError))) draft.set(onError, THREE_THEN_DROP);
    }
  }
  return draft.made();
};

export const retryThenDrop: RepairStep = (document) => {
  const draft = new Draft(document);
  for (const service of consumers(document)) {
    const onError = pointerOf('services', service, 'onError');
    const words = valueAt(document, onError);
    if (words === 'crash' || words === 'seek-back') draft.set(onError, THREE_THEN_DROP);
  }
  return draft.made();
};

/** Deadlines that the file made shorter than Kafka's own go back to Kafka's. */
export const defaultDeadline: RepairStep = (document) => {
  const draft = new Draft(document);
  for (const { pointer } of subscriptions(document)) {
    for (const name of ['max.poll.interval.ms', 'session.timeout.ms']) {
      const written = objectAt(document, `${pointer}/config`)[name];
      const usual = settingOf('consumer', name, '4.0')?.default;
      if (written === undefined || typeof usual !== 'number' || Number(written) >= usual) continue;
      draft.set(`${pointer}/config${pointerOf(name)}`, usual);
    }
  }
  return draft.made();
};
