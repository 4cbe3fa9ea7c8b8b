/**
 * Written-out rows that were made before, by the seq of their record, so that the same thing stays the same object from
 * scene to scene: cheaper to make, and a view that compares by identity redraws nothing. A bounded memory, not a state:
 * what is in it never decides what is shown.
 */
const MOST = 8192;

export class PictureCache<T> {
  private readonly made = new Map<number, T>();

  /** What is remembered for `seq` where it still `holds`, else what `make` makes. */
  get(seq: number, holds: (known: T) => boolean, make: () => T): T {
    const known = this.made.get(seq);
    if (known !== undefined && holds(known)) return known;
    if (this.made.size >= MOST) this.made.clear();
    const fresh = make();
    this.made.set(seq, fresh);
    return fresh;
  }
}
