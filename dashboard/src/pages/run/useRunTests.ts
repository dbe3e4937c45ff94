import { useMemo, useRef } from "react";
import type { Result } from "../../data/results";
import type { Run } from "../../data/runs";
import type { Catalogue, Test } from "../../data/tests";
import { expectedTests } from "../../lib/expected";

/** The tests of a run. The same list as long as it has the same tests: the graph is laid out for a list. */
export function useRunTests(
  run: Run,
  catalogue: Catalogue,
  results: ReadonlyMap<string, Result>,
  isDone: boolean,
): readonly Test[] {
  const expected = useMemo(() => expectedTests(run, catalogue), [run, catalogue]);
  const tests = catalogue.tests.filter(
    (test) => results.has(test.id) || (!isDone && expected.has(test.id)),
  );
  const before = useRef(tests);
  if (!isSame(before.current, tests)) before.current = tests;
  return before.current;
}

function isSame(some: readonly Test[], others: readonly Test[]): boolean {
  return some.length === others.length && some.every((test, index) => test === others[index]);
}
