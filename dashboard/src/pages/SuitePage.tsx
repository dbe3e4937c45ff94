import { Badge, Group, SegmentedControl, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { FromCatalogue } from "../components/FromCatalogue";
import { TestGraph } from "../components/graph/TestGraph";
import { Page } from "../components/Page";
import { StartRun } from "../components/StartRun";
import { Trail } from "../components/Trail";
import type { Catalogue, Suite, Test } from "../data/tests";
import { count } from "../lib/format";
import { TestList } from "./suite/TestList";
import { useProject } from "./useProject";

/** A suite: its tests, as a list and as a graph; chosen ones can be run. */
export function SuitePage() {
  const { project } = useProject();
  const { suiteId } = useParams();
  return (
    <FromCatalogue
      projectId={project.id}
      what="suite"
      find={(known) => known.suites.find((one) => one.id === suiteId)}
    >
      {(suite, known) => <OneSuite suite={suite} catalogue={known} projectId={project.id} />}
    </FromCatalogue>
  );
}

interface OneSuiteProps {
  readonly suite: Suite;
  readonly catalogue: Catalogue;
  readonly projectId: string;
}

function OneSuite({ suite, catalogue, projectId }: OneSuiteProps) {
  const [parameters, setParameters] = useSearchParams();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const view = parameters.get("view") ?? "tests";
  const tests = useMemo(
    () => catalogue.tests.filter((test) => test.suiteId === suite.id),
    [catalogue, suite.id],
  );
  const only = tests.filter((test) => chosen.has(test.id)).map((test) => test.fullName);
  return (
    <Page
      title={suite.key}
      above={
        <Trail
          steps={[{ label: "Suites", to: `/projects/${projectId}/suites` }]}
          here={suite.path}
        />
      }
      beside={
        <Group gap={6}>
          <Badge variant="default" tt="none">
            version {suite.version}
          </Badge>
          {suite.tags.map((tag) => (
            <Badge key={tag} variant="light" tt="none" autoContrast>
              {tag}
            </Badge>
          ))}
        </Group>
      }
      actions={
        <StartRun
          projectId={projectId}
          suites={[suite.key]}
          only={only}
          label={only.length > 0 ? `Run ${count(only.length, "test")}` : "Run this suite"}
        />
      }
    >
      {suite.description && <Text c="dimmed">{suite.description}</Text>}
      <SegmentedControl
        aria-label="What is shown"
        value={view}
        onChange={(next) => setParameters({ view: next }, { replace: true })}
        data={[
          { value: "tests", label: "Tests" },
          { value: "graph", label: "Graph" },
        ]}
        w={{ base: "100%", xs: "fit-content" }}
      />
      {view === "graph" ? (
        <SuiteGraph tests={tests} catalogue={catalogue} projectId={projectId} />
      ) : (
        <TestList tests={tests} projectId={projectId} chosen={chosen} choose={setChosen} />
      )}
    </Page>
  );
}

function SuiteGraph({
  tests,
  catalogue,
  projectId,
}: {
  tests: readonly Test[];
  catalogue: Catalogue;
  projectId: string;
}) {
  const navigate = useNavigate();
  const shown = useMemo(() => {
    const ids = catalogue.withNeeded(tests.map((test) => test.id));
    return catalogue.tests.filter((test) => ids.has(test.id));
  }, [tests, catalogue]);
  return (
    <TestGraph
      catalogue={catalogue}
      tests={shown}
      stateOf={null}
      onOpen={(ids) => {
        if (ids.length === 1) void navigate(`/projects/${projectId}/tests/${ids[0]}`);
      }}
    />
  );
}
