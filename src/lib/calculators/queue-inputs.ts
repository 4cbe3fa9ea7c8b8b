/** What the queue model is asked: three numbers, held to what a queue can have, as a link and back. */
export interface QueueInputs {
  /** Arrivals a second. */
  readonly lambda: number;
  /** Services a second of one handler. */
  readonly mu: number;
  readonly handlers: number;
}

export const DEFAULTS: QueueInputs = { lambda: 800, mu: 100, handlers: 10 };

/** Least and most that may be typed; sliders go less far. */
const LIMITS: Readonly<Record<keyof QueueInputs, readonly [least: number, most: number]>> = {
  lambda: [0, 1e9],
  mu: [1e-6, 1e9],
  handlers: [1, 100_000],
};

export const NAMES = ['lambda', 'mu', 'handlers'] as const;

/** The number, or null where it cannot be one of these. */
export function readInput(name: keyof QueueInputs, text: string): number | null {
  const value = Number(text);
  const [least, most] = LIMITS[name];
  if (text.trim() === '' || !(value >= least && value <= most)) return null;
  return name === 'handlers' && !Number.isInteger(value) ? null : value;
}

/** How far a slider goes: round numbers that hold the present value. */
export function sliderMost(name: keyof QueueInputs, inputs: QueueInputs): number {
  const held =
    name === 'lambda' ? inputs.mu * inputs.handlers * 1.2 : Math.max(inputs[name], name === 'mu' ? 300 : 40);
  const unit = 10 ** Math.floor(Math.log10(Math.max(held, inputs[name])));
  return Math.ceil(Math.max(held, inputs[name]) / unit) * unit;
}

export function toQuery(inputs: QueueInputs): string {
  return NAMES.map((name) => `${name}=${inputs[name]}`).join('&');
}

/** What a link asks; what it does not say, or not as a number, is as it is by default. */
export function fromQuery(query: string): QueueInputs {
  const asked = new URLSearchParams(query);
  const of = (name: keyof QueueInputs): number => readInput(name, asked.get(name) ?? '') ?? DEFAULTS[name];
  return { lambda: of('lambda'), mu: of('mu'), handlers: of('handlers') };
}
