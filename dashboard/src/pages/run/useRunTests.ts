import { useMemo, useRef } from "react";
import type { RunPlan } from "../../data/plans";
import type { Result } from "../../data/results";
import type { Run } from "../../data/runs";
import type { Catalogue, Test } from "../../data/tests";
import { expectedTests } from "../../lib/expected";

/** The tests of a run. The same list as long as it has the same tests: the graph is laid out for a list. */
export function useRunTests(
  run: Run,
  catalogue: Catalogue,
  plan: RunPlan | null,
  results: ReadonlyMap<string, Result>,
  isDone: boolean,
): readonly Test[] {
  const expected = useMemo(
    () => plan?.testIds ?? expectedTests(run, catalogue),
    [run, catalogue, plan],
  );
  // What a run set out to do is shown to the end, also where it never came to it.
  const isExpected = (testId: string) => (plan !== null || !isDone) && expected.has(testId);
  const tests = catalogue.tests.filter((test) => results.has(test.id) || isExpected(test.id));
  const before = useRef(tests);
  if (!isSame(before.current, tests)) before.current = tests;
  return before.current;
}

function isSame(some: readonly Test[], others: readonly Test[]): boolean {
  return some.length === others.length && some.every((test, index) => test === others[index]);
}
