/** The register of checkers: one file per invariant, one entry per name. Build them after the world (see terrain). */
import { CommitSafetyChecker } from '#sim/checkers/commit-safety.ts';
import type { CheckContract, CheckName, CheckSpec } from '#sim/checkers/contract.ts';
import { EffectOnceChecker } from '#sim/checkers/effect-once.ts';
import { ExclusiveAssignmentChecker } from '#sim/checkers/exclusive-assignment.ts';
import { KeyOrderChecker } from '#sim/checkers/key-order.ts';
import { NoLossChecker } from '#sim/checkers/no-loss.ts';
import { NoPhantomEffectChecker } from '#sim/checkers/no-phantom-effect.ts';
import { OutboxChecker } from '#sim/checkers/outbox.ts';
import { ProgressChecker } from '#sim/checkers/progress.ts';
import type { Checker } from '#sim/checkers/verdict.ts';
import { unreachable } from '#sim/base/assert.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { History } from '#sim/trace/history.ts';

/** Number of each invariant in the curriculum's list, by name. */
export const invariants: Readonly<Record<CheckName, string>> = {
  'no-loss': 'V01',
  'effect-once': 'V03',
  'no-phantom-effect': 'V04',
  'key-order': 'V05',
  'commit-safety': 'V07',
  outbox: 'V12',
  'exclusive-assignment': 'V22',
  progress: 'V26',
};

function createChecker(
  spec: CheckSpec,
  contract: CheckContract,
  catalog: Catalog,
  history: History,
): Checker {
  switch (spec.check) {
    case 'no-loss':
      return new NoLossChecker(spec, contract, catalog, history);
    case 'effect-once':
      return new EffectOnceChecker(spec, contract, catalog, history);
    case 'key-order':
      return new KeyOrderChecker(spec, contract, catalog, history.capacity);
    case 'commit-safety':
      return new CommitSafetyChecker(spec, contract, catalog, history);
    case 'outbox':
      return new OutboxChecker(spec, contract, catalog);
    case 'exclusive-assignment':
      return new ExclusiveAssignmentChecker(spec, contract, catalog);
    case 'no-phantom-effect':
      return new NoPhantomEffectChecker(spec, contract, catalog);
    case 'progress':
      return new ProgressChecker(spec, contract, catalog, history);
    default:
      return unreachable(spec);
  }
}

/** One checker a claim, in the claims' order. `history` must be told of the trace before them. */
export function createCheckers(
  specs: readonly CheckSpec[],
  contract: CheckContract,
  catalog: Catalog,
  history: History,
): Checker[] {
  return specs.map((spec) => createChecker(spec, contract, catalog, history));
}
