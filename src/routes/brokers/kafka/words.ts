/** The page's frame in words; its text stands in src/content/brokers/kafka. */
export const words = {
  title: 'Kafka in Spillway: modelled, simplified, left out',
  description:
    'What the lab models of Apache Kafka and of Azure Event Hubs, rule by rule, and what it leaves out.',
};
