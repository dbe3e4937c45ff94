import { Anchor, Select, SimpleGrid, Stack, Table, Text, Title } from "@mantine/core";
import { IconChartLine } from "@tabler/icons-react";
import { Suspense, useMemo, useState } from "react";
import { Link } from "react-router";
import DurationsChart from "../components/charts/DurationsChart";
import RateChart from "../components/charts/RateChart";
import RunsChart from "../components/charts/RunsChart";
import { Empty } from "../components/Empty";
import { Loaded } from "../components/Loaded";
import { Page } from "../components/Page";
import { useEnvironments } from "../data/environments";
import { useRunHistory, useSlowTests } from "../data/metrics";
import { useCatalogue } from "../data/tests";
import { duration, percent } from "../lib/format";
import { byDay } from "../lib/trend";
import { useProject } from "./useProject";

/** What many runs say. A run that ends updates it: ProjectFrame hears of it. */
export function Trends() {
  const { project } = useProject();
  const [environmentId, setEnvironmentId] = useState<string | null>(null);
  const environments = useEnvironments(project.id);
  const history = useRunHistory(project.id, environmentId);
  return (
    <Page
      title="Trends"
      actions={
        <Select
          aria-label="Environment"
          placeholder="All environments"
          data={environments.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
          value={environmentId}
          onChange={setEnvironmentId}
          clearable
        />
      }
    >
      <Loaded query={history}>
        {(ends) =>
          ends.length === 0 ? (
            <Empty icon={IconChartLine} title="No run is over yet">
              Every run that ends adds to these charts, while you look at them.
            </Empty>
          ) : (
            <Charts ends={ends} />
          )
        }
      </Loaded>
      <SlowTests projectId={project.id} environmentId={environmentId} />
    </Page>
  );
}

function Charts({ ends }: { ends: Parameters<typeof byDay>[0] }) {
  const days = useMemo(() => byDay(ends), [ends]);
  return (
    <Suspense fallback={null}>
      <Panel title="Verdicts by day">
        <RunsChart days={days} />
      </Panel>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Panel title="Success rate">
          <RateChart days={days} />
        </Panel>
        <Panel title="How long runs take">
          <DurationsChart days={days} />
        </Panel>
      </SimpleGrid>
    </Suspense>
  );
}

function Panel({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="card" style={{ padding: 16 }} aria-label={title}>
      <Title order={2} size="h5" mb="md">
        {title}
      </Title>
      {children}
    </section>
  );
}

const SHOWN = 12;

function SlowTests({
  projectId,
  environmentId,
}: {
  projectId: string;
  environmentId: string | null;
}) {
  const slow = useSlowTests(projectId);
  const catalogue = useCatalogue(projectId);
  const rows = useMemo(() => {
    const seen = new Set<string>();
    const here = (slow.data ?? []).filter(
      (row) => environmentId === null || row.environment_id === environmentId,
    );
    return here.filter((row) => !seen.has(row.test_case_id) && seen.add(row.test_case_id));
  }, [slow.data, environmentId]);
  if (rows.length === 0) return null;
  return (
    <Panel title="Slowest tests of the last week">
      <Table.ScrollContainer minWidth={520} type="native">
        <Table className="numbers">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Test</Table.Th>
              <Table.Th>p50</Table.Th>
              <Table.Th>p95</Table.Th>
              <Table.Th>Passed</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.slice(0, SHOWN).map((row) => (
              <Table.Tr key={row.id}>
                <Table.Td>
                  <Stack gap={0}>
                    <Anchor
                      component={Link}
                      to={`/projects/${projectId}/tests/${row.test_case_id}`}
                      size="sm"
                      fw={600}
                    >
                      {catalogue.data?.byId.get(row.test_case_id)?.fullName ??
                        "a test that is gone"}
                    </Anchor>
                    {row.is_slower && (
                      <Text size="xs" style={{ color: "var(--broken)" }}>
                        slower: was {duration(row.baseline_ms)}
                      </Text>
                    )}
                  </Stack>
                </Table.Td>
                <Table.Td>{duration(row.p50_response_time_ms)}</Table.Td>
                <Table.Td>{duration(row.p95_response_time_ms)}</Table.Td>
                <Table.Td>{percent(row.success_rate)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
}
