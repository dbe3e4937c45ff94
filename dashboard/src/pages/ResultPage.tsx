import { Alert, Anchor, Breadcrumbs, Container, Stack, Tabs, Text } from "@mantine/core";
import { Link, useParams } from "react-router";
import { CopyLink } from "../components/CopyLink";
import { Afterwards } from "../components/exchange/Afterwards";
import { Attempts } from "../components/exchange/Attempts";
import { Files } from "../components/exchange/Files";
import { TestHistory } from "../components/history/TestHistory";
import { Loaded, Outline, Problem } from "../components/Loaded";
import { Page } from "../components/Page";
import { StartRun } from "../components/StartRun";
import { StateLabel } from "../components/Verdict";
import { asDataError } from "../data/errors";
import { type Detail, useEvidence } from "../data/evidence";
import { type Result, useResult } from "../data/results";
import { type Run, useRun } from "../data/runs";
import { type Catalogue, type Test, useCatalogue } from "../data/tests";
import { isOver } from "../data/words";
import { laterOf } from "../lib/afterwards";
import { intoAttempts } from "../lib/attempts";
import { problemOf } from "../lib/broken";
import { useIsInProject } from "../lib/current";
import { duration, moment } from "../lib/format";
import { titleOf } from "../lib/runs";
import { AddedToContext } from "./result/AddedToContext";
import { useAsRan } from "./run/useAsRan";

/** What came of one test in one run, with all evidence. */
export function ResultPage() {
  const { runId = "", testId = "" } = useParams();
  const run = useRun(runId);
  useIsInProject(run.data?.project_id);
  const catalogue = useCatalogue(run.data?.project_id, { withGone: true });
  const result = useResult(run.data, testId, run.data !== undefined && isOver(run.data.status));
  const isGone = run.error !== null && asDataError(run.error).isMissing;
  const error = isGone ? run.error : problemOf(run, catalogue, result);
  if (error) {
    return (
      <Container size={1240} py="lg">
        <Problem error={error} retry={() => void run.refetch()} />
      </Container>
    );
  }
  if (!run.data || !catalogue.data || result.data === undefined) {
    return (
      <Container size={1240} py="lg">
        <Outline lines={6} />
      </Container>
    );
  }
  return <Shown run={run.data} testId={testId} catalogue={catalogue.data} result={result.data} />;
}

interface ShownProps {
  readonly run: Run;
  readonly testId: string;
  readonly catalogue: Catalogue;
  readonly result: Result | null;
}

function Shown({ run, testId, catalogue: today, result }: ShownProps) {
  const { catalogue } = useAsRan(run, run.status, today);
  const test = catalogue.byId.get(testId);
  const evidence = useEvidence(run, testId, result !== null);
  return (
    <Page
      title={test?.fullName ?? "A test that is gone"}
      above={<Way run={run} test={test} />}
      beside={<StateLabel state={result?.verdict ?? "pending"} />}
      actions={
        <>
          <CopyLink path={`/runs/${run.id}/tests/${testId}`} what="this result" />
          {test && !test.isGone && (
            <StartRun
              projectId={run.project_id}
              suites={[test.fullName.split("/", 1)[0] ?? ""]}
              only={[test.fullName]}
              environment={run.environments?.name}
              label="Run this test"
              variant="default"
            />
          )}
        </>
      }
    >
      {test?.name && test.name !== test.key && <Text c="dimmed">{test.name}</Text>}
      {result === null ? <NoResult run={run} /> : <Facts result={result} />}
      {result !== null && <Reason run={run} result={result} catalogue={catalogue} />}
      <Tabs defaultValue="evidence" keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="evidence">Evidence</Tabs.Tab>
          <Tabs.Tab value="context">Added to the context</Tabs.Tab>
          <Tabs.Tab value="history">History</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="evidence">
          {result !== null && (
            <Loaded query={evidence}>
              {(details) => (
                <>
                  <Evidence details={details} result={result} />
                  <Files details={details} runId={run.id} testId={testId} />
                </>
              )}
            </Loaded>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="context">
          <Loaded query={evidence}>
            {(details) => (
              <AddedToContext details={details} run={run} test={test} catalogue={catalogue} />
            )}
          </Loaded>
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <TestHistory testId={testId} environmentId={run.environment_id} runId={run.id} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Way({ run, test }: { run: Run; test: Test | undefined }) {
  return (
    <Breadcrumbs>
      <Anchor component={Link} to={`/projects/${run.project_id}/runs`} size="sm" underline="always">
        Runs
      </Anchor>
      <Anchor component={Link} to={`/runs/${run.id}`} size="sm" underline="always">
        {titleOf(run)}
      </Anchor>
      {test && (
        <Anchor
          component={Link}
          to={`/projects/${run.project_id}/tests/${test.id}`}
          size="sm"
          underline="always"
        >
          {test.key}
        </Anchor>
      )}
    </Breadcrumbs>
  );
}

function Facts({ result }: { result: Result }) {
  const facts = [
    result.statusCode !== null && `status ${result.statusCode}`,
    result.totalMs !== null && duration(result.totalMs),
    result.attempts > 1 && `${result.attempts} attempts`,
    result.requiredOnly && "ran because a chosen test needs it",
    result.startedAt && moment(result.startedAt),
  ].filter(Boolean);
  return (
    <Text size="sm" c="dimmed" className="numbers">
      {facts.join(" · ")}
    </Text>
  );
}

function NoResult({ run }: { run: Run }) {
  return (
    <Alert color="gray" title="It has no result">
      {isOver(run.status)
        ? "The run ended before this test, or did not choose it."
        : "It waits for its turn; this page shows its result when there is one."}
    </Alert>
  );
}

function Reason({ run, result, catalogue }: { run: Run; result: Result; catalogue: Catalogue }) {
  if (result.verdict === "passed" || (result.reason === "" && result.blockedBy === null))
    return null;
  const cause = result.blockedBy;
  return (
    <section
      className="card reason"
      style={{ borderLeftColor: `var(--${result.verdict})` }}
      aria-label="Why"
    >
      <Text size="xs" fw={650} style={{ color: `var(--${result.verdict})` }}>
        {result.category?.replaceAll("_", " ") ?? result.verdict}
      </Text>
      <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {result.reason}
      </Text>
      {cause !== null && (
        <Text size="sm" mt={4}>
          The cause is{" "}
          <Anchor
            component={Link}
            to={`/runs/${run.id}/tests/${cause}`}
            underline="always"
            fw={600}
          >
            {catalogue.byId.get(cause)?.fullName ?? "another test"}
          </Anchor>
          .
        </Text>
      )}
    </section>
  );
}

function Evidence({ details, result }: { details: readonly Detail[]; result: Result }) {
  const attempts = intoAttempts(details);
  const later = laterOf(details);
  if (attempts.every((attempt) => attempt.exchanges.length === 0) && later.length === 0) {
    return <Text c="dimmed">Nothing was sent: this test was {result.verdict}.</Text>;
  }
  return (
    <Stack gap="lg">
      <Attempts attempts={attempts} />
      {later.length > 0 && <Afterwards later={later} />}
    </Stack>
  );
}
