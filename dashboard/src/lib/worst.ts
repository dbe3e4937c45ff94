import type { Test } from "../data/tests";
import type { TestState } from "../data/words";

const RANKS: Record<TestState, number> = {
  failed: 0,
  broken: 1,
  running: 2,
  blocked: 3,
  pending: 4,
  passed: 5,
  skipped: 6,
};

/** What somebody looks for stands first; else the order stays. */
export function worstFirst(tests: readonly Test[], stateOf: (testId: string) => TestState): Test[] {
  return [...tests].sort((a, b) => RANKS[stateOf(a.id)] - RANKS[stateOf(b.id)]);
}
