/** Why records leave a log, as the trace says it: name ids, interned when a broker with such logs is built. */
import { intern, type Names } from '#sim/base/names.ts';

export interface RemovalReasons {
  /** Of a later log start: the setting or request that asked for it. */
  readonly size: number;
  readonly age: number;
  /** Of a compacted record. */
  readonly superseded: number;
  readonly expired: number;
  readonly aborted: number;
}

/** A compacted record has a later one of its key. */
const SUPERSEDED = 'a later value of its key';

/** Of a broker whose logs lose nothing. */
export const NO_REASONS: RemovalReasons = { size: -1, age: -1, superseded: -1, expired: -1, aborted: -1 };

export function internReasons(names: Names): RemovalReasons {
  return {
    size: intern(names, 'retention.bytes'),
    age: intern(names, 'retention.ms'),
    superseded: intern(names, SUPERSEDED),
    expired: intern(names, 'its tombstone has expired'),
    aborted: intern(names, 'its transaction was aborted'),
  };
}
