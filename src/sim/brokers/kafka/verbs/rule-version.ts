/** The version whose rules a recorded case asks for: its own, or the released one where it does not say. */
import type { RuleVersion } from '#sim/brokers/kafka/version-rules.ts';
import { versionOf } from '#sim/brokers/kafka/verbs/config-verbs.ts';
import type { Step } from '#sim/brokers/kafka/verbs/step.ts';

export function ruleVersionOf(given: Step): RuleVersion {
  return given['version'] === '3.6' ? '3.6' : versionOf(given);
}
