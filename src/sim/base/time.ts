/**
 * Virtual time: integer microseconds since the start of the run. A double holds 285 years of them exactly.
 * Wall time never enters the simulator.
 */
declare const simTime: unique symbol;

/** A point in virtual time, in microseconds since the start of the run. */
export type SimTime = number & { readonly [simTime]?: never };

export const MILLISECOND = 1_000;
const SECOND = 1_000_000;

/** `12480000` as `00:12.480`; with microseconds (`00:12.480001`) where they are not zero; hours only where needed. */
export function formatTime(at: SimTime): string {
  const micros = at % SECOND;
  const seconds = Math.floor(at / SECOND);
  const fraction =
    micros % MILLISECOND === 0
      ? String(micros / MILLISECOND).padStart(3, '0')
      : String(micros).padStart(6, '0');
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const clock = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${fraction}`;
  return hours > 0 ? `${two(hours)}:${clock}` : clock;
}
