/** The speed slider's scale: a place from 0 to 1 is a power of ten from a thousandth to a thousand; the end is unlimited. */
const SLOWEST = 0.001;
const DECADES = 6;
/** From here on the slider means: as fast as it is computed. */
const UNLIMITED = 0.985;

/** Rounded so that it reads well: 1, 1.5, 2, 3, 5, 7 of each decade. */
export function speedAt(place: number): number {
  if (place > UNLIMITED) return Infinity;
  const exact = SLOWEST * 10 ** ((Math.max(0, place) / UNLIMITED) * DECADES);
  const decade = 10 ** Math.floor(Math.log10(exact) + 1e-9);
  const lead = exact / decade;
  const nice = [1, 1.5, 2, 3, 5, 7, 10].reduce((best, one) =>
    Math.abs(one - lead) < Math.abs(best - lead) ? one : best,
  );
  return Number((nice * decade).toPrecision(2));
}

export function placeOf(speed: number): number {
  if (speed === Infinity) return 1;
  return Math.min(1, Math.max(0, Math.log10(speed / SLOWEST) / DECADES)) * UNLIMITED;
}

/** `× 0.1` */
export function speedText(speed: number): string {
  return speed === Infinity ? 'max' : `× ${speed}`;
}

/** `a tenth of real time`, `10 times real time`: what a screen reader says at the slider. */
export function speedWords(speed: number): string {
  if (speed === Infinity) return 'as fast as it is computed';
  if (speed === 1) return 'real time';
  return speed > 1
    ? `${speed} times as fast as real time`
    : `${Number((1 / speed).toPrecision(2))} times slower than real time`;
}
