/** The scenario's distributions as the kernel draws from them: the words differ, the meaning does not. */
import type { Distribution } from '#sim/kernel/distribution.ts';
import type { Distribution as Written } from '#sim/scenario/values.ts';

export function distributionOf(written: Written): Distribution {
  switch (written.kind) {
    case 'pareto':
      return { kind: 'pareto', minimum: written.min, shape: written.shape, maximum: written.max ?? Infinity };
    default:
      return written;
  }
}
