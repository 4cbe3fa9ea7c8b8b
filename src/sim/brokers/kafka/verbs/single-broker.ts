/**
 * One broker in a kernel of its own, spoken to without a network: a request is handled at once, what the broker sends is
 * caught instead of carried, and time moves only by `advance`. Timers are the kernel's.
 */
import { assert } from '#sim/base/assert.ts';
import { intern } from '#sim/base/names.ts';
import { MILLISECOND } from '#sim/base/time.ts';
import { HELD, START } from '#sim/kernel/entity.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { createStreamTable } from '#sim/kernel/random.ts';
import { createCatalog, type Catalog } from '#sim/messaging/catalog.ts';
import { TraceRecorder } from '#sim/trace/recorder.ts';
import { KafkaBroker } from '#sim/brokers/kafka/broker.ts';
import { brokerSettings } from '#sim/brokers/kafka/broker-settings.ts';
import {
  resolveBrokerConfig,
  settingOf,
  type SettingValue,
  type WrittenConfig,
} from '#sim/brokers/kafka/config.ts';
import type { Metadata, PartitionMetadata } from '#sim/brokers/kafka/metadata.ts';
import { versionOf } from '#sim/brokers/kafka/verbs/config-verbs.ts';
import { numberOf, recordOf, type Step } from '#sim/brokers/kafka/verbs/step.ts';

export interface Sent {
  readonly kind: number;
  readonly correlation: number;
  readonly data: unknown;
}

export class SingleBroker {
  readonly catalog: Catalog = createCatalog();
  readonly broker: KafkaBroker;
  readonly metadata: Metadata;
  private readonly kernel: Kernel;
  private readonly driver: number;
  private readonly node: number;
  private caught: Sent[] = [];
  private correlations = 0;

  /** A broker with the topics of `given`, else with one partition, `t-0`; what are a broker's settings are its settings. */
  constructor(given: Step) {
    this.kernel = new Kernel(createStreamTable(0), 0, new TraceRecorder('none', false));
    this.driver = this.kernel.add({ state: null, handle: () => undefined });
    const node = this.kernel.entityCount;
    this.metadata = metadataOf(this.catalog, recordOf(given['topics'] ?? { t: 1 }), node);
    this.broker = new KafkaBroker({
      catalog: this.catalog,
      metadata: this.metadata,
      node,
      settings: brokerSettings(settingsIn(given)),
    });
    this.node = this.kernel.add(this.broker);
    assert(this.node === node, '[KAFKA-BROKER-2] the broker has the id that its metadata gives it');
    this.kernel.connect({
      carry: () => HELD,
      hold: (_ctx, _from, _to, kind, correlation, _b, _c, _d, _x, data) => {
        this.caught.push({ kind, correlation, data });
      },
    });
    this.kernel.tell(this.node, START);
  }

  /** Hands a request to the broker; returns the correlation id that its answer will have. */
  request(kind: number, data: unknown): number {
    const { kernel } = this;
    this.correlations += 1;
    kernel.self = this.node;
    kernel.cause = -1;
    const from = this.driver;
    this.broker.handle({ kind, from, a: this.correlations, b: 0, c: 0, d: 0, x: 0, data }, kernel);
    return this.correlations;
  }

  /** Everything that the broker has sent since this was last asked. */
  sent(): Sent[] {
    const sent = this.caught;
    this.caught = [];
    return sent;
  }

  /** Lets `ms` milliseconds pass, and everything happen that falls due in them. */
  advance(ms: number): void {
    const { kernel, driver } = this;
    const until = kernel.now + ms * MILLISECOND;
    kernel.post(until, 1, driver, driver, 0);
    while (kernel.step(until));
  }
}

function metadataOf(catalog: Catalog, topics: Step, node: number): Metadata {
  const partitions: PartitionMetadata[] = [];
  const rowsOf = new Map<string, number[]>();
  for (const topicName of Object.keys(topics)) {
    const topic = intern(catalog.names, topicName);
    const rows: number[] = [];
    for (let partition = 0; partition < numberOf(topics[topicName], 0); partition += 1) {
      rows.push(partitions.length);
      partitions.push({ topic, topicName, partition, leader: node });
    }
    rowsOf.set(topicName, rows);
  }
  return { partitions, rowsOf, nodes: [node], coordinatorOf: () => node };
}

function settingsIn(given: Step): Readonly<Record<string, SettingValue>> {
  const version = versionOf(given);
  const written: Record<string, SettingValue> = {};
  for (const name of Object.keys(given)) {
    if (settingOf('broker', name, version) !== null) written[name] = given[name] as SettingValue;
  }
  const resolved = resolveBrokerConfig(written as WrittenConfig, version);
  assert(resolved.ok, '[KAFKA-BROKER-3] the settings of a recorded case are in order');
  return resolved.value.values;
}
