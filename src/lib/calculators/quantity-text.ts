/** Times, rates and parts as a reader wants them: three or four digits and the unit that suits. */

function digits(value: number, most = 4): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (size >= 1e15 || size < 1e-9) return value.toExponential(2);
  return String(Number(value.toPrecision(most)));
}

const UNITS = [
  [1e-3, 1e-6, 'µs'],
  [1, 1e-3, 'ms'],
  [120, 1, 's'],
  [7200, 60, 'min'],
  [172_800, 3600, 'h'],
] as const;

/** Seconds. */
export function timeText(seconds: number): string {
  if (seconds === 0) return '0 s';
  const found = UNITS.find(([below]) => Math.abs(seconds) < below);
  const [, size, unit] = found ?? [0, 86_400, 'd'];
  return `${digits(seconds / size)} ${unit}`;
}

export const numberText = (value: number): string => digits(value);

/** A part of 1. */
export function partText(part: number): string {
  const percent = part * 100;
  return `${digits(percent, percent > 99 && percent < 100 ? 6 : 3)} %`;
}

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;

/** Bytes, in thousands. */
export function bytesText(bytes: number): string {
  const step = Math.min(SIZES.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${digits(bytes / 1000 ** step)} ${SIZES[step] ?? ''}`;
}
