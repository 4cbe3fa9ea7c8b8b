/**
 * What a reader of the lab has chosen: the one word that stage, outline, inspector, timeline and verdicts share. Names
 * and numbers that hold across runs of the same file, so that a selection survives running again.
 */
export type Selection =
  /** A service, broker or store by name. */
  | { readonly kind: 'part'; readonly name: string }
  /** A process by name: `payment-1`, `kafka-1`, `cards`. */
  | { readonly kind: 'process'; readonly name: string }
  | { readonly kind: 'topic'; readonly topic: string }
  | { readonly kind: 'partition'; readonly topic: string; readonly partition: number }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'message'; readonly lid: number }
  /** A crash point's step: `payment/charge`. */
  | { readonly kind: 'step'; readonly point: string }
  /** As in Topology.faults. */
  | { readonly kind: 'fault'; readonly number: number }
  /** A claim by id, and one of its anomalies; -1 = none in particular. */
  | { readonly kind: 'check'; readonly id: string; readonly anomaly: number };
