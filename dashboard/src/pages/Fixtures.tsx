import { Accordion, Anchor, Stack, Text, Title } from "@mantine/core";
import { IconDatabase } from "@tabler/icons-react";
import { Link } from "react-router";
import { Empty } from "../components/Empty";
import { Loaded } from "../components/Loaded";
import { Page } from "../components/Page";
import { type Fixture, useFixtures } from "../data/fixtures";
import { useCatalogue } from "../data/tests";
import { bySuite, type FixtureGroup } from "../lib/fixtures";
import { OneFixture } from "./fixtures/OneFixture";
import { useProject } from "./useProject";

/** The data that tests begin with: what it is, how long it lives, and who has used it. */
export function Fixtures() {
  const { project } = useProject();
  const fixtures = useFixtures(project);
  const catalogue = useCatalogue(project.id);
  return (
    <Page title="Fixtures">
      <Loaded query={fixtures}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon={IconDatabase} title="No fixtures yet">
              A fixture is data that tests begin with: rows, a file, or rules by which it is made.
              Write it under <code>fixtures</code> in a suite, use it as{" "}
              <code>{"{{ fixture.users[0].email }}"}</code>, then{" "}
              <code>baton push --project {project.key}</code>.
            </Empty>
          ) : (
            <Stack gap="lg">
              {bySuite(all, project.id, catalogue.data?.suites ?? []).map((group) => (
                <OneGroup key={group.title} group={group} projectId={project.id} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Page>
  );
}

function OneGroup({ group, projectId }: { group: FixtureGroup<Fixture>; projectId: string }) {
  return (
    <section aria-label={group.title}>
      <Title order={2} size="h5" mb="xs">
        {group.suiteId === null ? (
          group.title
        ) : (
          <Anchor
            component={Link}
            to={`/projects/${projectId}/suites/${group.suiteId}`}
            inherit
            c="inherit"
          >
            {group.title}
          </Anchor>
        )}
      </Title>
      {group.note && (
        <Text size="sm" c="dimmed" mb="xs">
          {group.note}
        </Text>
      )}
      <Accordion variant="separated" chevronPosition="left">
        {group.fixtures.map((fixture) => (
          <OneFixture key={fixture.id} fixture={fixture} />
        ))}
      </Accordion>
    </section>
  );
}
