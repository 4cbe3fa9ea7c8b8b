// Hashes of names, so that what is drawn under a name depends on the name and not on the row that it got:
// MurmurHash3's 32-bit mixing over UTF-16 code units, in two lanes with different constants (a stream is
// told from another by 64 bits). Not for Kafka's partitioner, whose murmur2 works on UTF-8 bytes.

/** MurmurHash3's finalizer: every input bit changes every output bit with probability one half. */
export function avalanche(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A name as 32 bits (unsigned): for an owner's or a key's place in a stateless draw. */
export function hashName(name: string): number {
  let h = 0;
  for (let i = 0; i < name.length; i += 1) {
    let k = Math.imul(name.charCodeAt(i), 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    h ^= Math.imul(k, 0x1b873593);
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  return avalanche(h ^ name.length);
}

/** The second lane: names that collide in `hashName` do not collide here but by chance. */
export function hashNameAgain(name: string): number {
  let h = 0x9e3779b9 | 0;
  for (let i = 0; i < name.length; i += 1) {
    let k = Math.imul(name.charCodeAt(i), 0xab0e9789);
    k = (k << 16) | (k >>> 16);
    h ^= Math.imul(k, 0x38b34ae5);
    h = (h << 17) | (h >>> 15);
    h = (Math.imul(h, 5) + 0x0bcaa747) | 0;
  }
  return avalanche(h ^ name.length);
}
