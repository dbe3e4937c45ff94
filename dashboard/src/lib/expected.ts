import type { Run } from "../data/runs";
import type { Catalogue, Test } from "../data/tests";

interface Selection {
  readonly only?: readonly string[];
  readonly tags?: readonly string[];
}

/**
 * The tests that a run will run, as far as the project knows it today: those that are chosen, and
 * what they need. Once it has begun its plan says it.
 */
export function expectedTests(
  run: Pick<Run, "suites" | "selection">,
  catalogue: Catalogue,
): Set<string> {
  const { only = [], tags = [] } = run.selection as Selection;
  const suiteTags = new Map(catalogue.suites.map((suite) => [suite.id, suite.tags]));
  const isChosen = (test: Test) =>
    !test.isGone &&
    (only.length === 0 || only.includes(test.fullName)) &&
    (tags.length === 0 ||
      [...test.tags, ...(suiteTags.get(test.suiteId) ?? [])].some((tag) => tags.includes(tag)));
  const chosen = catalogue.testsOf(run.suites).filter(isChosen);
  return catalogue.withNeeded(chosen.map((test) => test.id));
}
