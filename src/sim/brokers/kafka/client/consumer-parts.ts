/** What a consumer works with, looked up once when the world is built: names as ids, its coordinator, its machine. */
import { assert } from '#sim/base/assert.ts';
import { intern, type Names } from '#sim/base/names.ts';
import { MachineHost } from '#sim/machines/host.ts';
import { asyncMemberMachine } from '#sim/brokers/kafka/client/async-member.machine.ts';
import { consumerMemberMachine } from '#sim/brokers/kafka/client/consumer-member.machine.ts';
import type { ConsumerOptions, ConsumerParts } from '#sim/brokers/kafka/client/consumer-state.ts';

/** Kinds of the machine's timers: it has none, but its host asks. */
const MACHINE_TIMER = 101;

export function partsOf(options: ConsumerOptions): ConsumerParts {
  const { catalog, metadata, config, group, topics, clientId, assignors } = options;
  const id = (name: string): number => intern(catalog.names, name);
  const coordinator = metadata.nodes.indexOf(metadata.coordinatorOf(group));
  assert(coordinator >= 0, '[KAFKA-CLIENT-42] a group has its coordinator among the nodes');
  return {
    catalog,
    metadata,
    config,
    group,
    topics,
    clientId,
    assignors,
    coordinator,
    // the highest rebalance protocol that all of them support (ConsumerCoordinator's constructor)
    cooperative: assignors.length > 0 && assignors.every((assignor) => assignor.cooperative === true),
    words: wordsOf(catalog.names, id(group)),
    machines: new MachineHost(
      config.protocol === 'classic' ? consumerMemberMachine : asyncMemberMachine,
      catalog.names,
      MACHINE_TIMER,
    ),
  };
}

function wordsOf(names: Names, group: number): ConsumerParts['words'] {
  const id = (name: string): number => intern(names, name);
  return {
    group,
    committed: id('committed'),
    earliest: id('earliest'),
    latest: id('latest'),
    seek: id('seek'),
    rebalance: id('rebalance'),
    lost: id('lost'),
    close: id('close'),
  };
}
