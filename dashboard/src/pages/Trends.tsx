import { Select, SimpleGrid } from "@mantine/core";
import { IconChartLine } from "@tabler/icons-react";
import { Suspense, useMemo, useState } from "react";
import DurationsChart from "../components/charts/DurationsChart";
import RateChart from "../components/charts/RateChart";
import RunsChart from "../components/charts/RunsChart";
import { Empty } from "../components/Empty";
import { Loaded } from "../components/Loaded";
import { Page } from "../components/Page";
import { useEnvironments } from "../data/environments";
import { useRunHistory } from "../data/metrics";
import { byDay } from "../lib/trend";
import { Panel } from "./trends/Panel";
import { SlowTests } from "./trends/SlowTests";
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
