/** Kafka with what share groups (KIP-932) add to it: nodes that lead share partitions, and share consumers. */
import { KafkaShareConsumer } from '#sim/brokers/kafka/share/client/kafka-share-consumer.ts';
import { shareMemberMachine } from '#sim/brokers/kafka/share/client/share-member.machine.ts';
import { KafkaShareBroker } from '#sim/brokers/kafka/share/kafka-share-broker.ts';
import { sharePackets } from '#sim/brokers/kafka/share/share-protocol.ts';
import { kafkaFamilyWith } from '#sim/run/build-kafka.ts';
import type { BrokerFamily } from '#sim/run/family.ts';
import { shareConsumerSettings, shareSettings } from '#sim/run/kafka-share.ts';

const base = kafkaFamilyWith({
  brokerOf(site, spec) {
    const settings = shareSettings(site.scenario, spec);
    return settings === null ? null : (parts) => new KafkaShareBroker(parts, settings);
  },
  consumerOf: (spec, ground, written) =>
    new KafkaShareConsumer({ ...ground, config: shareConsumerSettings(spec, written) }),
});

export const kafkaShareFamily: BrokerFamily = {
  ...base,
  packets: [...base.packets, ...sharePackets],
  machines: [...base.machines, shareMemberMachine],
};
