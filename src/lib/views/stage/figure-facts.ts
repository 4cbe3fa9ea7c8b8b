/** A scene looked up by what the figure's parts ask for. */
import type { Topology } from '#lib/scene/parts.ts';
import type { PartitionScene, Scene } from '#lib/scene/scene.ts';
import { shareDone } from '#lib/views/stage/process-facts.ts';

/** By topic, then by the partition's number. */
export function partitionsByTopic(scene: Scene): ReadonlyMap<string, readonly PartitionScene[]> {
  const byTopic = new Map<string, PartitionScene[]>();
  for (const one of scene.partitions) {
    const own = byTopic.get(one.topic) ?? [];
    own[one.partition] = one;
    byTopic.set(one.topic, own);
  }
  return byTopic;
}

/** By lid: the share of its handler's steps that is done, for what somebody has in hand. */
export function sharesInHand(scene: Scene, topology: Topology): ReadonlyMap<number, number> {
  const shares = new Map<number, number>();
  for (const { whole, lanes } of scene.processes) {
    const service = topology.services.find(({ name }) => name === whole);
    if (service === undefined) continue;
    for (const lane of lanes) if (lane.inHand !== null) shares.set(lane.inHand.lid, shareDone(service, lane));
  }
  return shares;
}
