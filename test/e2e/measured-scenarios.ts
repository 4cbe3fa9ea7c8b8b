/** Files that ask much of the page, handed in as anybody would: by the Open dialog. */
interface Load {
  readonly title: string;
  readonly services: number;
  /** Calls a second of each. */
  readonly rate: number;
  readonly horizon: string;
  /** Each way, between a service and the store. */
  readonly latency: string;
}

/** Services that call one store without waiting for each other: `services × rate × 2 × latency` messages are on their way. */
export function callingServices({ title, services, rate, horizon, latency }: Load): string {
  const names = Array.from({ length: services }, (_, i) => `caller-${i + 1}`);
  const document = {
    version: 1,
    title,
    seed: 7,
    horizon,
    data: { order: { id: 'sequence', total: { integer: [500, 20000] } } },
    events: { 'order.placed': { version: '1.0', fields: { 'order.id': 'id' }, size: '600B' } },
    brokers: { kafka: { kind: 'kafka', topics: { orders: { partitions: 3 } } } },
    on: 'kafka',
    carry: { kafka: { publish: { 'order.placed': { topic: 'orders', key: '{order.id}' } } } },
    stores: { cards: { kind: 'external-api', operations: { charge: { latency: '1ms' } } } },
    services: Object.fromEntries(
      names.map((name) => [
        name,
        {
          every: { constant: `${rate}/s` },
          concurrency: 1000,
          do: [{ call: 'cards.charge', key: '{order.id}', amount: '{order.total}', timeout: '30s' }],
        },
      ]),
    ),
    links: names.map((name) => ({ between: [name, 'cards'], latency })),
    checks: ['progress'],
  };
  return JSON.stringify(document);
}

/** An order system at a rate that no reader could follow: its trace has more than 200,000 records. */
export function busyOrders(scenario: string): string {
  const document = JSON.parse(scenario) as {
    title: string;
    horizon: string;
    faults: unknown[];
    stores: { cards: { operations: { charge: { latency: unknown } } } };
    services: { checkout: { every: unknown; limit: number } };
  };
  document.title = 'Busy orders';
  document.horizon = '60s';
  document.faults = [{ crash: 'payment-1', at: '20s', for: '5s' }];
  document.stores.cards.operations.charge.latency = '1ms';
  document.services.checkout = { ...document.services.checkout, every: { poisson: '250/s' }, limit: 9_000 };
  return JSON.stringify(document);
}
