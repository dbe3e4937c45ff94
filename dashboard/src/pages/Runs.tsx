import {
  Button,
  Center,
  Checkbox,
  Group,
  MultiSelect,
  Select,
  Stack,
  TextInput,
} from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { Empty } from "../components/Empty";
import { Loaded } from "../components/Loaded";
import { Page } from "../components/Page";
import { RunRow } from "../components/RunRow";
import { StartRun } from "../components/StartRun";
import { useEnvironments } from "../data/environments";
import { type RunFilter, useRuns } from "../data/runs";
import { useCatalogue } from "../data/tests";
import type { RunStatus } from "../data/words";
import { useSession } from "../lib/session";
import { useProject } from "./useProject";

const STATUSES: { value: RunStatus; label: string }[] = [
  { value: "queued", label: "queued" },
  { value: "preparing", label: "preparing" },
  { value: "running", label: "running" },
  { value: "completed", label: "passed" },
  { value: "failed", label: "failed" },
  { value: "cancelled", label: "cancelled" },
];

/** The runs of a project. What is looked for stands in the address, so that it can be sent on. */
export function Runs() {
  const { project } = useProject();
  const [filter, setFilter] = useRunFilter();
  const runs = useRuns(project.id, filter);
  const isFiltered = Object.values(filter).some((value) =>
    Array.isArray(value) ? value.length > 0 : value !== null,
  );
  return (
    <Page title="Runs" actions={<StartRun projectId={project.id} isAsLast />}>
      <Filters projectId={project.id} filter={filter} change={setFilter} />
      <Loaded query={runs} lines={8}>
        {({ pages }) => {
          const rows = pages.flat();
          if (rows.length === 0)
            return <NoRuns isFiltered={isFiltered} clear={() => setFilter({})} />;
          return (
            <Stack gap="md">
              <div className="card" aria-busy={runs.isPlaceholderData}>
                {rows.map((run) => (
                  <RunRow key={run.id} run={run} />
                ))}
              </div>
              {runs.hasNextPage && (
                <Center>
                  <Button
                    variant="default"
                    loading={runs.isFetchingNextPage}
                    onClick={() => void runs.fetchNextPage()}
                  >
                    Older runs
                  </Button>
                </Center>
              )}
            </Stack>
          );
        }}
      </Loaded>
    </Page>
  );
}

function NoRuns({ isFiltered, clear }: { isFiltered: boolean; clear: () => void }) {
  if (isFiltered) {
    return (
      <Empty icon={IconPlayerPlay} title="No run is like this">
        <Button variant="default" onClick={clear}>
          Show all runs
        </Button>
      </Empty>
    );
  }
  return (
    <Empty icon={IconPlayerPlay} title="Nothing has run here yet">
      Push your suites with <code>baton push</code>, make an environment, then start a run here or
      with <code>baton trigger</code>.
    </Empty>
  );
}

function useRunFilter(): [RunFilter, (change: Partial<RunFilter>) => void] {
  const [parameters, setParameters] = useSearchParams();
  const filter = useMemo<RunFilter>(
    () => ({
      status: parameters.getAll("status") as RunStatus[],
      environmentId: parameters.get("environment"),
      suite: parameters.get("suite"),
      branch: parameters.get("branch"),
      mine: parameters.get("mine"),
    }),
    [parameters],
  );
  const change = (next: Partial<RunFilter>) => {
    const all: Partial<RunFilter> = Object.keys(next).length === 0 ? {} : { ...filter, ...next };
    const address = new URLSearchParams();
    for (const status of all.status ?? []) address.append("status", status);
    if (all.environmentId) address.set("environment", all.environmentId);
    if (all.suite) address.set("suite", all.suite);
    if (all.branch) address.set("branch", all.branch);
    if (all.mine) address.set("mine", all.mine);
    setParameters(address, { replace: true });
  };
  return [filter, change];
}

interface FiltersProps {
  readonly projectId: string;
  readonly filter: RunFilter;
  change(next: Partial<RunFilter>): void;
}

function Filters({ projectId, filter, change }: FiltersProps) {
  const { userId } = useSession();
  const environments = useEnvironments(projectId);
  const catalogue = useCatalogue(projectId);
  return (
    <Group gap="sm" role="search" aria-label="Which runs">
      <MultiSelect
        aria-label="Status"
        placeholder={filter.status.length === 0 ? "Any status" : ""}
        data={STATUSES}
        value={[...filter.status]}
        onChange={(status) => change({ status: status as RunStatus[] })}
        clearable
        miw={170}
      />
      <Select
        aria-label="Environment"
        placeholder="Any environment"
        data={environments.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        value={filter.environmentId}
        onChange={(environmentId) => change({ environmentId })}
        clearable
        w={180}
      />
      <Select
        aria-label="Suite"
        placeholder="Any suite"
        data={catalogue.data?.suites.map(({ key }) => key) ?? []}
        value={filter.suite}
        onChange={(suite) => change({ suite })}
        searchable
        clearable
        w={180}
      />
      <TextInput
        aria-label="Branch"
        placeholder="Any branch"
        key={filter.branch ?? ""}
        defaultValue={filter.branch ?? ""}
        onBlur={(event) => change({ branch: event.currentTarget.value.trim() || null })}
        onKeyDown={(event) => {
          if (event.key === "Enter") change({ branch: event.currentTarget.value.trim() || null });
        }}
        w={150}
      />
      <Checkbox
        label="Mine"
        checked={filter.mine !== null}
        onChange={(event) => change({ mine: event.currentTarget.checked ? userId : null })}
      />
    </Group>
  );
}
