/** A broker family, as a run is built with it: what it brings, and nothing of how it works. */
import type { graphOf } from '#sim/machines/graph.ts';
import type { Site } from '#sim/run/site.ts';
import type { ServiceSpec } from '#sim/scenario/scenario.ts';
import type { ServiceInstance } from '#sim/services/instance.ts';

/** Makes the clients of one instance of a service. */
export type Connect = (instance: ServiceInstance, service: ServiceSpec, name: string) => void;

export interface BrokerFamily {
  /** What its packets are called, by event kind. */
  readonly packets: Iterable<readonly [number, string]>;
  /** Its machines, for pages that draw them. */
  readonly machines: readonly Parameters<typeof graphOf>[0][];
  /** Adds the broker that the run uses; null where that is of another family. */
  add(site: Site): Connect | null;
}
