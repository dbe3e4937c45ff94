import { Anchor, Badge, Group, Select, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { CodeBlock } from "../components/CodeBlock";
import { FromCatalogue } from "../components/FromCatalogue";
import { TestHistory } from "../components/history/TestHistory";
import { Loaded } from "../components/Loaded";
import { Page } from "../components/Page";
import { StartRun } from "../components/StartRun";
import { Trail } from "../components/Trail";
import { useEnvironments } from "../data/environments";
import { useTestDefinition } from "../data/suites";
import type { Catalogue, Test } from "../data/tests";
import { useProject } from "./useProject";

/** A test: what it sends and expects, what it needs, and how it did. */
export function TestPage() {
  const { project } = useProject();
  const { testId = "" } = useParams();
  return (
    <FromCatalogue projectId={project.id} what="test" find={(known) => known.byId.get(testId)}>
      {(test, known) => <OneTest test={test} catalogue={known} projectId={project.id} />}
    </FromCatalogue>
  );
}

interface OneTestProps {
  readonly test: Test;
  readonly catalogue: Catalogue;
  readonly projectId: string;
}

function OneTest({ test, catalogue, projectId }: OneTestProps) {
  const suites = `/projects/${projectId}/suites`;
  const suite = catalogue.suites.find((one) => one.id === test.suiteId);
  const environments = useEnvironments(projectId);
  const [chosen, setChosen] = useState<string | null>(null);
  const environmentId = chosen ?? environments.data?.[0]?.id;
  return (
    <Page
      title={test.name || test.key}
      above={
        <Trail
          steps={[
            { label: "Suites", to: suites },
            { label: suite?.key ?? "", to: `${suites}/${test.suiteId}` },
          ]}
          here={test.key}
        />
      }
      beside={
        <Group gap={6}>
          <Badge variant="default" tt="none">
            {test.priority}
          </Badge>
          {test.isQuarantined && (
            <Badge variant="default" tt="none">
              quarantine
            </Badge>
          )}
        </Group>
      }
      actions={
        <StartRun
          projectId={projectId}
          suites={suite ? [suite.key] : []}
          only={[test.fullName]}
          label="Run this test"
        />
      }
    >
      <Group>
        <Select
          aria-label="Environment"
          data={environments.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
          value={environmentId ?? null}
          onChange={setChosen}
          allowDeselect={false}
          w={200}
        />
      </Group>
      <TestHistory testId={test.id} environmentId={environmentId} />
      <Neighbours test={test} catalogue={catalogue} projectId={projectId} />
      <Definition testId={test.id} />
    </Page>
  );
}

function Neighbours({ test, catalogue, projectId }: OneTestProps) {
  const needs = catalogue.edges.filter((edge) => edge.to === test.id);
  const needed = catalogue.edges.filter((edge) => edge.from === test.id);
  if (needs.length + needed.length === 0) return null;
  const list = (title: string, edges: typeof needs, end: "from" | "to") =>
    edges.length > 0 && (
      <Stack gap={6} className="card" p="md" flex="1 1 300px">
        <Title order={2} size="h5">
          {title}
        </Title>
        {edges.map((edge) => (
          <div key={edge[end]}>
            <Anchor
              component={Link}
              to={`/projects/${projectId}/tests/${edge[end]}`}
              size="sm"
              fw={600}
            >
              {catalogue.byId.get(edge[end])?.fullName ?? "a test that is gone"}
            </Anchor>
            <Text size="xs" c="dimmed">
              {edge.reasons.join("; ") || edge.kind}
            </Text>
          </div>
        ))}
      </Stack>
    );
  return (
    <Group align="stretch">
      {list("It waits for", needs, "from")}
      {list("These wait for it", needed, "to")}
    </Group>
  );
}

function Definition({ testId }: { testId: string }) {
  const definition = useTestDefinition(testId);
  return (
    <Loaded query={definition}>
      {(steps) => (
        <Stack gap="sm" className="card" p="md">
          <Title order={2} size="h5">
            What it sends and expects
          </Title>
          {steps.map((step) => (
            <CodeBlock
              key={step.step_index}
              label={`step ${step.step_index + 1}`}
              text={JSON.stringify(withoutEmpty(step), null, 2)}
            />
          ))}
        </Stack>
      )}
    </Loaded>
  );
}

function withoutEmpty({ step_index: _, ...step }: Record<string, unknown>) {
  return Object.fromEntries(
    Object.entries(step).filter(
      ([, value]) => value !== null && (typeof value !== "object" || Object.keys(value).length > 0),
    ),
  );
}
