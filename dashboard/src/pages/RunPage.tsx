import {
  Alert,
  Anchor,
  Breadcrumbs,
  Container,
  Group,
  SegmentedControl,
  Stack,
  Text,
} from "@mantine/core";
import { useCallback, useRef } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { CodeBlock } from "../components/CodeBlock";
import { CopyLink } from "../components/CopyLink";
import { CountersBar, CountersLine } from "../components/CountersBar";
import { LiveBadge } from "../components/LiveBadge";
import { Outline, Problem } from "../components/Loaded";
import { Page } from "../components/Page";
import { StatusBadge } from "../components/Verdict";
import { asDataError } from "../data/errors";
import { type Run, useRun } from "../data/runs";
import { type Catalogue, useCatalogue } from "../data/tests";
import { isOver, type TestState } from "../data/words";
import { problemOf } from "../lib/broken";
import { useIsInProject } from "../lib/current";
import { titleOf } from "../lib/runs";
import { type LiveRun, useLiveRun } from "../live/useLiveRun";
import { RunActions } from "./run/RunActions";
import { RunFacts } from "./run/RunFacts";
import { RunFindings } from "./run/RunFindings";
import { RunView, VIEWS, type ViewName } from "./run/RunView";
import { useAsRan } from "./run/useAsRan";
import { useRunTests } from "./run/useRunTests";

/** A graph and a timeline have use for a wide screen. */
const WIDE = 1600;

/** One run: while it goes on, and afterwards. */
export function RunPage() {
  const { runId = "" } = useParams();
  const first = useRun(runId);
  const projectId = first.data?.project_id;
  useIsInProject(projectId);
  const catalogue = useCatalogue(projectId, { withGone: true });
  const error = problemOf(first, catalogue);
  if (error) {
    return (
      <Container size={WIDE} py="lg">
        <Problem error={error} retry={() => void first.refetch()} />
      </Container>
    );
  }
  if (first.data === undefined || catalogue.data === undefined) {
    return (
      <Container size={WIDE} py="lg">
        <Outline lines={6} />
      </Container>
    );
  }
  const isGone = first.error !== null && asDataError(first.error).isMissing;
  return <Followed key={runId} first={first.data} catalogue={catalogue.data} isGone={isGone} />;
}

interface FollowedProps {
  readonly first: Run;
  readonly catalogue: Catalogue;
  /** It was there, and is not any more. */
  readonly isGone: boolean;
}

function Followed({ first, catalogue, isGone }: FollowedProps) {
  const idOf = useIdOf(catalogue);
  const live = useLiveRun(first.id, idOf);
  const run = live.run ?? first;
  const { progress } = live;
  const isDone = live.isKnown && isOver(progress.status);
  return (
    <Page
      title={titleOf(run)}
      size={WIDE}
      above={<Way run={run} />}
      beside={
        <Group gap="xs">
          <StatusBadge status={live.isKnown ? progress.status : run.status} size="lg" />
          {!isDone && <LiveBadge isLive={live.isLive} />}
        </Group>
      }
      actions={
        <>
          <CopyLink path={`/runs/${run.id}`} what="this run" />
          <RunActions run={run} status={progress.status} counters={progress.counters} />
        </>
      }
    >
      {isGone && (
        <Alert color="gray" title="This run is not kept any more" role="alert">
          It went while this page was open. What you see was read before.
        </Alert>
      )}
      {live.problem && !isGone && <Problem error={live.problem} />}
      <Stack gap={8} className="card" p="md">
        <Group justify="space-between">
          <CountersLine counters={live.isKnown ? progress.counters : run} />
          <RunFacts run={run} isOver={isDone} />
        </Group>
        <CountersBar counters={live.isKnown ? progress.counters : run} />
        {run.message && isDone && <Message text={run.message} />}
      </Stack>
      <RunFindings run={run} isOver={isDone} catalogue={catalogue} />
      <Views run={run} live={live} today={catalogue} isDone={isDone} />
    </Page>
  );
}

/** The same function for all catalogues: a suite that is pushed meanwhile begins nothing anew. */
function useIdOf(catalogue: Catalogue): (fullName: string) => string | undefined {
  const latest = useRef(catalogue);
  latest.current = catalogue;
  return useCallback((fullName) => latest.current.byName.get(fullName)?.id, []);
}

/** A line as it is; a problem with the lines of a file in it as it was written. */
function Message({ text }: { text: string }) {
  if (text.includes("\n")) return <CodeBlock label="message" text={text} />;
  return (
    <Text size="sm" c="dimmed">
      {text}
    </Text>
  );
}

function Way({ run }: { run: Run }) {
  return (
    <Breadcrumbs>
      <Anchor component={Link} to={`/projects/${run.project_id}/runs`} size="sm" underline="always">
        Runs
      </Anchor>
      <Text size="sm" c="dimmed" className="numbers">
        {run.id.slice(0, 8)}
      </Text>
    </Breadcrumbs>
  );
}

interface ViewsProps {
  readonly run: Run;
  readonly live: LiveRun;
  readonly today: Catalogue;
  readonly isDone: boolean;
}

function Views({ run, live, today, isDone }: ViewsProps) {
  const [parameters, setParameters] = useSearchParams();
  const navigate = useNavigate();
  const view = (parameters.get("view") ?? "graph") as ViewName;
  const { results, running, status } = live.progress;
  const asRan = useAsRan(run, live.isKnown ? status : run.status, today);
  const { catalogue } = asRan;
  const tests = useRunTests(run, catalogue, asRan.plan, results, isDone);
  const stateOf = useCallback(
    (testId: string): TestState =>
      results.get(testId)?.verdict ?? (running.has(testId) ? "running" : "pending"),
    [results, running],
  );
  const hrefOf = useCallback((testId: string) => `/runs/${run.id}/tests/${testId}`, [run.id]);
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="What is shown"
        value={view}
        onChange={(next) => setParameters({ view: next }, { replace: true })}
        data={[...VIEWS]}
        w={{ base: "100%", xs: "fit-content" }}
      />
      {asRan.problem !== null && <Problem error={asRan.problem} />}
      <RunView
        view={view}
        run={run}
        live={live}
        catalogue={catalogue}
        isReady={live.isKnown && !(isDone && asRan.isPending)}
        isToday={asRan.isToday}
        tests={tests}
        stateOf={stateOf}
        hrefOf={hrefOf}
        group={parameters.get("group")}
        openTests={(ids) => {
          const [only] = ids;
          if (ids.length === 1 && only) void navigate(hrefOf(only));
          else setParameters({ view: "tests", group: ids[0] ?? "" });
        }}
      />
    </Stack>
  );
}
