/**
 * The order in which a java.util.HashMap or HashSet is iterated: by bucket of a table that doubles when it is three
 * quarters full, within a bucket as put in. Kafka's assignors iterate such maps, and some placements depend on it. Left
 * out: buckets that become trees, from eight entries on (their iteration order stays that of insertion but for the root).
 */

/** String#hashCode. */
export function hashOfString(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i += 1) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0;
  return hash;
}

/** The hash of a TopicPartition. */
export function hashOfTopicPartition(topic: string, partition: number): number {
  return (Math.imul(31, 31 + partition) + hashOfString(topic)) | 0;
}

function bucketOf(hash: number, capacity: number): number {
  return (hash ^ (hash >>> 16)) & (capacity - 1);
}

/** The table of a map made without a capacity, once it has held `size` entries. */
export function capacityFor(size: number, capacity = 16): number {
  let found = capacity;
  while (size > found * 0.75) found *= 2;
  return found;
}

/** `keys`, distinct and in the order in which they were put in, as the map's iterator gives them. */
export function inHashOrder<Key>(
  keys: Iterable<Key>,
  hashOf: (key: Key) => number,
  capacity?: number,
): Key[] {
  const listed = [...keys];
  const size = capacity ?? capacityFor(listed.length);
  const entries = listed.map((key) => ({ key, bucket: bucketOf(hashOf(key), size) }));
  return entries.sort((a, b) => a.bucket - b.bucket).map(({ key }) => key);
}
