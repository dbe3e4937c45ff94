import { MultiSelect, TagsInput } from "@mantine/core";
import { useMemo } from "react";
import { useCatalogue } from "../data/tests";
import type { Selection } from "../lib/startRun";

interface SuitesAndTestsProps {
  readonly projectId: string;
  readonly value: Selection;
  change(next: Selection): void;
}

/** Fields that say what is run: of the whole project, unless they narrow it. */
export function SuitesAndTests({ projectId, value, change }: SuitesAndTestsProps) {
  const { suites, only, tags } = value;
  const catalogue = useCatalogue(projectId);
  const tests = useMemo(
    () => catalogue.data?.testsOf(suites).map((test) => test.fullName) ?? [],
    [catalogue.data, suites],
  );
  return (
    <>
      <MultiSelect
        label="Suites"
        description="None means all suites of the project."
        data={catalogue.data?.suites.map((suite) => suite.key) ?? []}
        value={suites}
        onChange={(next) => change({ suites: next, only: [], tags })}
        searchable
        clearable
      />
      <MultiSelect
        label="Only these tests"
        description="None means all tests of the suites. What they need runs with them."
        data={tests}
        value={only}
        onChange={(next) => change({ suites, only: next, tags })}
        searchable
        clearable
        limit={80}
      />
      <TagsInput
        label="Only with one of these tags"
        data={[...new Set(catalogue.data?.tests.flatMap((test) => test.tags))].sort()}
        value={tags}
        onChange={(next) => change({ suites, only, tags: next })}
        clearable
      />
    </>
  );
}
