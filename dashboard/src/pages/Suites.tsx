import { SimpleGrid, Text } from "@mantine/core";
import { IconSitemap } from "@tabler/icons-react";
import { Link } from "react-router";
import { Ago } from "../components/Ago";
import { Empty } from "../components/Empty";
import { Loaded } from "../components/Loaded";
import { Page } from "../components/Page";
import { StartRun } from "../components/StartRun";
import { useSuiteStatistics } from "../data/suites";
import { useCatalogue } from "../data/tests";
import { duration, percent } from "../lib/format";
import styles from "./Suites.module.css";
import { useProject } from "./useProject";

/** The suites of a project, and how they did in the last 30 days. */
export function Suites() {
  const { project } = useProject();
  const statistics = useSuiteStatistics(project.id);
  const catalogue = useCatalogue(project.id);
  const descriptions = new Map(
    catalogue.data?.suites.map((suite) => [suite.id, suite.description]),
  );
  return (
    <Page title="Suites" actions={<StartRun projectId={project.id} label="Run all" />}>
      <Loaded query={statistics}>
        {(suites) =>
          suites.length === 0 ? (
            <Empty icon={IconSitemap} title="No suites yet">
              A suite is a YAML file with tests. Write one with <code>baton init</code>, try it with{" "}
              <code>baton run</code>, then <code>baton push --project {project.key}</code>.
            </Empty>
          ) : (
            <SimpleGrid cols={{ base: 1, md: 2 }}>
              {suites.map((suite) => (
                <Link
                  key={suite.suite_id}
                  to={`/projects/${project.id}/suites/${suite.suite_id}`}
                  className={`card ${styles["suite"]}`}
                >
                  <Text fw={650}>{suite.key}</Text>
                  <Text size="sm" c="dimmed" lineClamp={2} mih={42}>
                    {descriptions.get(suite.suite_id ?? "") || suite.name}
                  </Text>
                  <dl className={`${styles["facts"]} numbers`}>
                    <Fact name="Tests" value={(suite.total ?? 0).toLocaleString("en")} />
                    <Fact name="Passed, 30 days" value={percent(suite.success_rate_30_days)} />
                    <Fact name="Average" value={duration(suite.average_ms_30_days)} />
                    <div>
                      <dt>Last run</dt>
                      <dd>
                        <Ago time={suite.last_run_at} />
                      </dd>
                    </div>
                  </dl>
                </Link>
              ))}
            </SimpleGrid>
          )
        }
      </Loaded>
    </Page>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
