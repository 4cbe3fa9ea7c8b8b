/**
 * Who of a topic's subscribers gives the next partition and who gets it (UniformHeterogeneousAssignmentBuilder's
 * MemberAssignmentBalancer): two ranges of the members in the order of their loads, the least loaded growing from the
 * left as its level rises, the most loaded from the right as its level falls.
 */
export interface Levelling {
  /** Sorted by load at the start, then by index. */
  readonly members: number[];
  leastEnd: number;
  leastLevel: number;
  nextLeast: number;
  mostStart: number;
  mostEnd: number;
  mostLevel: number;
  nextMost: number;
}

export function startLevelling(loads: readonly number[], subscribers: readonly number[]): Levelling {
  const load = (member: number | undefined): number => loads[member ?? -1] ?? 0;
  const members = [...subscribers].sort((a, b) => load(a) - load(b) || a - b);
  return {
    members,
    leastEnd: 0,
    leastLevel: load(members[0]) - 1,
    nextLeast: 0,
    mostStart: members.length,
    mostEnd: members.length,
    mostLevel: load(members[members.length - 1]) + 1,
    nextMost: members.length - 1,
  };
}

/** The member to give a partition to; it is taken for granted that it gets one. */
export function nextLeastLoaded(levelling: Levelling, loads: readonly number[]): number {
  const { members } = levelling;
  if (levelling.nextLeast >= levelling.leastEnd) {
    levelling.leastLevel += 1;
    while (
      levelling.leastEnd < members.length &&
      loads[members[levelling.leastEnd] as number] === levelling.leastLevel
    ) {
      levelling.leastEnd += 1;
    }
    levelling.nextLeast = 0;
  }
  const found = members[levelling.nextLeast] as number;
  levelling.nextLeast += 1;
  return found;
}

/** The member to take a partition from, or -1: it is taken for granted that it loses one. */
export function nextMostLoaded(levelling: Levelling, loads: readonly number[]): number {
  const { members } = levelling;
  if (levelling.nextMost < levelling.mostStart) {
    if (levelling.mostEnd <= levelling.mostStart && levelling.mostStart > 0) {
      levelling.mostLevel = loads[members[levelling.mostStart - 1] as number] as number;
    } else levelling.mostLevel -= 1;
    while (
      levelling.mostStart > 0 &&
      loads[members[levelling.mostStart - 1] as number] === levelling.mostLevel
    ) {
      levelling.mostStart -= 1;
    }
    levelling.nextMost = levelling.mostEnd - 1;
  }
  if (levelling.nextMost < 0) return -1;
  const found = members[levelling.nextMost] as number;
  levelling.nextMost -= 1;
  return found;
}

/** The member found last has none of the topic to give: it leaves the range. */
export function excludeMostLoaded(levelling: Levelling): void {
  const { members } = levelling;
  const at = levelling.nextMost + 1;
  const excluded = members[at] as number;
  levelling.mostEnd -= 1;
  members[at] = members[levelling.mostEnd] as number;
  members[levelling.mostEnd] = excluded;
}

export function isEven({ mostLevel, leastLevel }: Levelling): boolean {
  return mostLevel - leastLevel <= 1;
}
