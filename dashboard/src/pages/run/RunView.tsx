import { Anchor, Group, Text } from "@mantine/core";
import { IconClock } from "@tabler/icons-react";
import { useMemo } from "react";
import { Link } from "react-router";
import { Empty } from "../../components/Empty";
import { groupWith } from "../../components/graph/shape";
import { TestGraph } from "../../components/graph/TestGraph";
import { TestTable } from "../../components/TestTable";
import { Timeline } from "../../components/Timeline";
import type { Run } from "../../data/runs";
import type { Catalogue, Test } from "../../data/tests";
import { isOver, type TestState } from "../../data/words";
import { count } from "../../lib/format";
import { criticalPathOf } from "../../lib/runs";
import { worstFirst } from "../../lib/worst";
import type { LiveRun } from "../../live/useLiveRun";
import { ContextView } from "./ContextView";

export const VIEWS = [
  { value: "graph", label: "Graph" },
  { value: "tests", label: "Tests" },
  { value: "timeline", label: "Timeline" },
  { value: "context", label: "Context" },
] as const;

export type ViewName = (typeof VIEWS)[number]["value"];

interface RunViewProps {
  readonly view: ViewName;
  readonly run: Run;
  readonly live: LiveRun;
  readonly catalogue: Catalogue;
  /** False as long as what would be drawn is about to be another picture. */
  readonly isReady: boolean;
  /** Its edges are not those of the run, which kept none. */
  readonly isToday: boolean;
  readonly tests: readonly Test[];
  readonly stateOf: (testId: string) => TestState;
  readonly hrefOf: (testId: string) => string;
  /** A test of the group whose tests shall be listed alone. */
  readonly group: string | null;
  openTests(ids: readonly string[]): void;
}

export function RunView(props: RunViewProps) {
  const { view, run, live, catalogue, tests, stateOf, hrefOf } = props;
  const { results } = live.progress;
  if (view === "context") {
    return <ContextView run={run} version={live.progress.contextVersion} catalogue={catalogue} />;
  }
  if (!props.isReady) return null;
  if (tests.length === 0) return <NothingYet live={live} />;
  if (view === "timeline") {
    if (results.size === 0) return <NothingYet live={live} />;
    return (
      <Timeline
        results={results}
        catalogue={catalogue}
        criticalPath={criticalPathOf(run)}
        hrefOf={hrefOf}
      />
    );
  }
  if (view === "tests") return <Listed {...props} />;
  return (
    <>
      {props.isToday && (
        <Text size="sm" c="dimmed">
          This run kept no plan: who waits for whom is drawn as the project has it today.
        </Text>
      )}
      <TestGraph
        catalogue={catalogue}
        tests={tests}
        stateOf={stateOf}
        results={results}
        onOpen={props.openTests}
      />
    </>
  );
}

function Listed({ catalogue, tests, stateOf, hrefOf, live, run, group }: RunViewProps) {
  const members = useMemo(
    () => (group === null ? tests : groupWith(group, tests, catalogue.edges)),
    [group, tests, catalogue],
  );
  const rows = worstFirst(members, stateOf);
  return (
    <>
      {group !== null && (
        <Group gap="xs">
          <Text size="sm">{count(rows.length, "test")} of one group.</Text>
          <Anchor component={Link} to={`/runs/${run.id}?view=tests`} size="sm" underline="always">
            Show all {tests.length}
          </Anchor>
        </Group>
      )}
      <TestTable
        tests={rows}
        catalogue={catalogue}
        results={live.progress.results}
        stateOf={stateOf}
        hrefOf={hrefOf}
      />
    </>
  );
}

function NothingYet({ live }: { live: LiveRun }) {
  if (isOver(live.progress.status)) {
    return (
      <Empty icon={IconClock} title="No test ran">
        The run ended before its first test; above it says why.
      </Empty>
    );
  }
  return (
    <Empty icon={IconClock} title="No test is over yet">
      Tests appear here the moment they have a verdict. A run that stays queued has no worker:{" "}
      <code>baton worker</code> starts one.
    </Empty>
  );
}
