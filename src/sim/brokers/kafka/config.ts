/**
 * Kafka's configuration: one table from which the schema, the models, the inspector and the documentation take names,
 * types, defaults by version, bounds and meanings; and what Kafka itself refuses or changes of a set of settings.
 */
export {
  CONFIG_KINDS,
  defaultOf,
  isVersion,
  settingNames,
  settingOf,
  settingsOf,
  type ConfigKind,
  type KafkaVersion,
  type Setting,
  type SettingValue,
} from '#sim/brokers/kafka/config/setting.ts';
export {
  isRefusedByShareConsumer,
  resolveBrokerConfig,
  resolveConfig,
  resolveConsumerConfig,
  resolveGroupConfig,
  resolveProducerConfig,
  resolveShareConsumerConfig,
  resolveTopicConfig,
  type ResolvedConfig,
  type WrittenConfig,
} from '#sim/brokers/kafka/config/resolve.ts';
