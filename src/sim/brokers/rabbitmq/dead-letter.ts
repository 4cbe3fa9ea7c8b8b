/**
 * Dead letters: the `x-death` history that a message carries, the drop of a cycle that nobody but the broker made, and
 * the way to the dead-letter exchange. Source: rabbit_dead_letter (3.10.8), mc:record_death (4.1) for the version that
 * does not read what clients publish. Rules: SPEC.md, RABBIT-DEATH.
 */
import { isTable, type FieldTable, type FieldValue } from '#sim/brokers/rabbitmq/config/field-table.ts';
import type { LossReason } from '#sim/brokers/rabbitmq/frames.ts';
import {
  headersOf,
  routesIn,
  withHeaders,
  withoutField,
  type Message,
} from '#sim/brokers/rabbitmq/message.ts';
import { tell } from '#sim/brokers/rabbitmq/books.ts';
import { route } from '#sim/brokers/rabbitmq/routing.ts';
import type { BrokerState, Queue } from '#sim/brokers/rabbitmq/state.ts';
import { rulesOf } from '#sim/brokers/rabbitmq/config/version-rules.ts';

export type DeathReason = 'rejected' | 'expired' | 'maxlen' | 'delivery_limit';

/** Whether the queue's dead-letter exchange is there. */
export function hasDeadLetterExchange(b: BrokerState, queue: Queue): boolean {
  const name = queue.settings.deadLetterExchange;
  return name !== null && b.exchanges.has(name);
}

/** [RABBIT-DEATH-6] Sends a message on its way; where there is no exchange, or no way, it is dropped. */
export function deadLetter(
  b: BrokerState,
  queue: Queue,
  message: Message,
  reason: DeathReason,
  cause: number,
): void {
  const name = queue.settings.deadLetterExchange;
  const exchange = name === null ? undefined : b.exchanges.get(name);
  if (exchange === undefined) {
    tell(b, 'drop', queue, message, -1, reason, cause);
    return;
  }
  const letter = makeLetter(b, queue, message, reason, exchange.name);
  const targets = withoutCycles(reason, letter, route(b, exchange, letter));
  tell(b, 'dead letter', queue, letter, -1, reason, cause);
  for (const target of targets) b.passages.push({ queue: target, message: letter });
}

/** The queues of at-least-once: where a letter would go, whether or not they take it. */
export function deadLetterTargets(b: BrokerState, queue: Queue, letter: Message): string[] {
  const exchange = b.exchanges.get(queue.settings.deadLetterExchange ?? '');
  return exchange === undefined ? [] : route(b, exchange, letter);
}

export function makeLetter(
  b: BrokerState,
  queue: Queue,
  message: Message,
  reason: LossReason,
  exchange: string,
): Message {
  const key = queue.settings.deadLetterKey;
  let headers = recordDeath(b, queue.name, message, reason);
  // [RABBIT-DEATH-5] with a key of its own the letter leaves the CC keys behind
  if (key !== null) headers = withoutField(headers, 'CC');
  const properties = withoutField(withHeaders(message.properties, headers), 'expiration');
  const routingKeys = key === null ? message.routingKeys : [key];
  return { ...message, exchange, routingKeys, properties };
}

function deathOf(b: BrokerState, queue: string, message: Message, reason: LossReason): FieldTable {
  const carbon = routesIn(headersOf(message.properties), 'CC') ?? [];
  const expiration = message.properties['expiration'];
  return {
    count: 1,
    ...(expiration === undefined ? {} : { 'original-expiration': expiration }),
    reason,
    queue,
    time: { '!': 'timestamp', value: Math.floor(b.now / 1_000_000) },
    exchange: message.exchange,
    'routing-keys': [message.routingKeys[0] ?? '', ...carbon],
  };
}

/** [RABBIT-DEATH-1] [RABBIT-DEATH-2] One entry for each queue and reason, the latest death first. */
function recordDeath(b: BrokerState, queue: string, message: Message, reason: LossReason): FieldTable {
  const headers = headersOf(message.properties);
  const death = deathOf(b, queue, message, reason);
  const history = headers['x-death'];
  let all: FieldTable;
  if (history === undefined) {
    all = {
      ...headers,
      'x-death': [death],
      'x-first-death-reason': reason,
      'x-first-death-queue': queue,
      'x-first-death-exchange': message.exchange,
    };
  } else if (!Array.isArray(history)) {
    all = { ...headers, 'x-death': [death] };
  } else {
    const listed = (history as FieldValue[]).filter(isTable);
    const deaths = rulesOf(b.version).readsPublishedDeaths ? grouped(listed) : listed;
    const same = deaths.find((one) => isDeath(one, queue, reason));
    const others = deaths.filter((one) => one !== same);
    const latest = same === undefined ? death : { ...same, count: Number(same['count'] ?? 0) + 1 };
    all = { ...headers, 'x-death': [latest, ...others] };
  }
  if (!rulesOf(b.version).lastDeathHeaders) return all;
  return {
    ...all,
    'x-last-death-reason': reason,
    'x-last-death-queue': queue,
    'x-last-death-exchange': message.exchange,
  };
}

function isDeath(death: FieldTable, queue: string, reason: LossReason): boolean {
  return death['queue'] === queue && death['reason'] === reason;
}

/** [RABBIT-DEATH-3] Entries of one queue and reason that somebody wrote apart count as one; the order turns round. */
function grouped(deaths: readonly FieldTable[]): FieldTable[] {
  if (deaths.length < 2) return [...deaths];
  const kept: FieldTable[] = [];
  for (const death of deaths) {
    const alike = deaths.filter(
      (other) => other['queue'] === death['queue'] && other['reason'] === death['reason'],
    );
    if (alike[0] !== death) continue;
    kept.unshift(death['count'] === undefined ? { count: alike.length, ...death } : death);
  }
  return kept;
}

/** [RABBIT-DEATH-4] A queue that the message has been to is no target, unless it was rejected on the way since. */
function withoutCycles(reason: DeathReason, letter: Message, targets: string[]): string[] {
  if (reason === 'rejected') return targets;
  const history = headersOf(letter.properties)['x-death'];
  if (!Array.isArray(history)) return targets;
  const deaths = history as FieldValue[];
  return targets.filter((target) => !isCycle(target, deaths));
}

function isCycle(target: string, deaths: readonly FieldValue[]): boolean {
  const at = deaths.findIndex((death) => isTable(death) && death['queue'] === target);
  if (at < 0) return false;
  return deaths.slice(0, at + 1).every((death) => isTable(death) && death['reason'] !== 'rejected');
}

/** [RABBIT-DEATH-7] Where the version does not read it, a published history counts for nothing. */
export function forgetPublishedDeaths(b: BrokerState, properties: FieldTable): FieldTable {
  if (rulesOf(b.version).readsPublishedDeaths) return properties;
  const headers = headersOf(properties);
  if (headers['x-death'] === undefined) return properties;
  return withHeaders(properties, withoutField(headers, 'x-death'));
}
