/**
 * Which queues a message goes to: from its exchange over bindings, exchange bindings and alternate exchanges, each
 * exchange seen once, each queue once. Source: rabbit_exchange:route (3.10.8). Rules: SPEC.md, RABBIT-ROUTE.
 */
import { compareNames } from '#sim/base/names.ts';
import { headersMatch } from '#sim/brokers/rabbitmq/header-match.ts';
import { headersOf, type Message } from '#sim/brokers/rabbitmq/message.ts';
import type { Binding, BrokerState, Exchange } from '#sim/brokers/rabbitmq/state.ts';
import { topicMatches } from '#sim/brokers/rabbitmq/topic-match.ts';

/** Names of queues that exist, in the order of their names, and whether any name was found at all. */
export function route(b: BrokerState, exchange: Exchange, message: Message): string[] {
  const found = new Set<string>();
  if (exchange.name === '') {
    for (const key of message.routingKeys) found.add(key); // [RABBIT-ROUTE-1]
  } else follow(b, exchange, message, found);
  return [...found].filter((name) => b.queues.has(name)).sort(compareNames);
}

function follow(b: BrokerState, first: Exchange, message: Message, found: Set<string>): void {
  const seen = new Set([first.name]);
  const open = [first];
  for (let exchange = open.pop(); exchange !== undefined; exchange = open.pop()) {
    const matched = matching(b, exchange, message);
    const exchanges: string[] = [];
    for (const binding of matched) {
      if (binding.kind === 'queue') found.add(binding.destination);
      else exchanges.push(binding.destination);
    }
    // [RABBIT-ROUTE-5] the alternate one is asked where no binding matched
    if (matched.length === 0 && exchange.alternate !== null) exchanges.push(exchange.alternate);
    for (const name of exchanges) {
      const next = b.exchanges.get(name);
      if (seen.has(name)) continue; // [RABBIT-ROUTE-4]
      seen.add(name);
      // the default exchange has no bindings of its own to follow from here
      if (next !== undefined) open.push(next);
    }
  }
}

function matching(b: BrokerState, exchange: Exchange, message: Message): Binding[] {
  const bindings = b.bindings.get(exchange.name) ?? [];
  const keys = message.routingKeys;
  switch (exchange.type) {
    case 'fanout':
      return bindings;
    case 'direct':
      return bindings.filter(({ routingKey }) => keys.includes(routingKey));
    case 'topic':
      return bindings.filter(({ routingKey }) => keys.some((key) => topicMatches(routingKey, key)));
    case 'headers': {
      const headers = headersOf(message.properties);
      return bindings.filter(({ args }) => headersMatch(args, headers));
    }
  }
}
