import { keyText, type KeyTable } from '#sim/messaging/keys.ts';
import type { Names } from '#sim/base/names.ts';
export class KeyPartitioner { constructor(keys: KeyTable, names: Names) { void keys; void names; void keyText; } partitionOf(key: number, n: number): number { return key % n; } }
