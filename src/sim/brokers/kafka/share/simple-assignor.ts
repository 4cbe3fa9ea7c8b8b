/**
 * The assignor of share groups (SimpleAssignor and SimpleHomogeneousAssignmentBuilder of Kafka 4.2; KIP-932, "Share group
 * membership and assignment"). A partition may have several members: each partition gets as many as it takes for nobody
 * to be idle, members' shares differ by one at most, and what need not move stays. Members come in the order in which
 * they joined, partitions by row, where Kafka goes by hash maps. Simplified: with unequal subscriptions topic by topic.
 */
export interface ShareSubscriber {
  readonly id: string;
  readonly topics: readonly string[];
  /** Rows that the last target gave it. */
  readonly had: readonly number[];
}

/** Rows by member id, ascending. */
export function assignSimple(
  members: readonly ShareSubscriber[],
  rowsOf: ReadonlyMap<string, readonly number[]>,
): Map<string, readonly number[]> {
  const target = new Map<string, readonly number[]>(members.map(({ id }) => [id, []]));
  const topics = [...new Set(members.flatMap((member) => member.topics))].sort();
  const alike = members.every((member) => topics.every((topic) => member.topics.includes(topic)));
  for (const part of alike ? [topics] : topics.map((topic) => [topic])) {
    const rows = part.flatMap((topic) => rowsOf.get(topic) ?? []);
    const subscribers = members.filter((member) => part.every((topic) => member.topics.includes(topic)));
    if (rows.length === 0) continue;
    const shares = share(subscribers, rows);
    subscribers.forEach(({ id }, i) => {
      target.set(
        id,
        [...(target.get(id) ?? []), ...(shares[i] ?? [])].sort((a, b) => a - b),
      );
    });
  }
  return target;
}

/** By subscriber: its rows. */
function share(members: readonly ShareSubscriber[], rows: readonly number[]): number[][] {
  const sharing = Math.ceil(members.length / rows.length);
  const whole = sharing * rows.length;
  const upTo = (count: number): number => Math.ceil((whole * count) / members.length);
  const wanted = members.map((_, i) => upTo(i + 1) - upTo(i));
  const shares = members.map(({ had }) => had.filter((row) => rows.includes(row)));
  const sharersOf = (row: number): number => shares.filter((own) => own.includes(row)).length;
  const full = (i: number): boolean => (shares[i] as number[]).length > (wanted[i] as number);
  const drop = (i: number, row: number): void => {
    shares[i] = (shares[i] as number[]).filter((other) => other !== row);
  };
  for (const row of rows) {
    // who has too much gives it up first
    for (const first of [true, false]) {
      for (let i = 0; i < members.length && sharersOf(row) > sharing; i += 1) {
        if ((shares[i] as number[]).includes(row) && (!first || full(i))) drop(i, row);
      }
    }
  }
  for (let i = 0; i < members.length; i += 1) {
    while (full(i)) drop(i, (shares[i] as number[])[0] as number);
  }
  fill(rows, shares, wanted, sharing);
  return shares;
}

/** Partitions that lack members, in turn to the members that lack partitions. */
function fill(rows: readonly number[], shares: number[][], wanted: readonly number[], sharing: number): void {
  let turn = 0;
  for (const row of rows) {
    let missing = sharing - shares.filter((own) => own.includes(row)).length;
    for (let tried = 0; missing > 0 && tried < shares.length; tried += 1) {
      const i = turn % shares.length;
      turn += 1;
      const own = shares[i] as number[];
      if (own.length >= (wanted[i] as number) || own.includes(row)) continue;
      own.push(row);
      missing -= 1;
      tried = -1;
    }
  }
}
