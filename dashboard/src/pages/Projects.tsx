import { Badge, Button, Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconBuilding, IconFolder, IconFolderPlus, IconUsers } from "@tabler/icons-react";
import { Link } from "react-router";
import { Empty } from "../components/Empty";
import { Loaded } from "../components/Loaded";
import { MyOffers } from "../components/MyOffers";
import { Page } from "../components/Page";
import { type Organization, useOrganizations } from "../data/organizations";
import { reaches } from "../data/words";
import { NewOrganization, NewProject } from "./NewPlaces";
import styles from "./Projects.module.css";

/** All that who is signed in belongs to. */
export function Projects() {
  const organizations = useOrganizations();
  return (
    <Page
      title="Projects"
      size={1000}
      actions={organizations.data?.length ? <NewOrganization /> : null}
    >
      <MyOffers />
      <Loaded query={organizations}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon={IconBuilding} title="You belong to no organization yet">
              An organization holds projects, and the people who work on them. Make one, or ask an
              admin of another for the link of an invitation.
              <Group justify="center" mt="md">
                <NewOrganization />
              </Group>
            </Empty>
          ) : (
            <Stack gap="xl">
              {all.map((organization) => (
                <OneOrganization key={organization.id} organization={organization} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Page>
  );
}

function OneOrganization({ organization }: { organization: Organization }) {
  const may = reaches(organization.role, "admin");
  return (
    <section aria-labelledby={`organization-${organization.id}`}>
      <Group mb="sm" gap="sm">
        <Title order={2} size="h4" id={`organization-${organization.id}`}>
          {organization.name}
        </Title>
        <Badge variant="default" tt="none">
          {organization.role}
        </Badge>
        <span style={{ flex: 1 }} />
        <Button
          component={Link}
          to={`/organizations/${organization.id}/members`}
          variant="default"
          leftSection={<IconUsers size={16} />}
        >
          Members
        </Button>
        <NewProject organization={organization} />
      </Group>
      {organization.projects.length === 0 ? (
        <Empty icon={IconFolderPlus} title="No projects yet">
          A project is an API under test, with its suites and environments.
          {may ? "" : " An admin makes them."}
        </Empty>
      ) : (
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
          {organization.projects.map((project) => (
            <Card
              key={project.id}
              component={Link}
              to={`/projects/${project.id}/runs`}
              withBorder
              className={styles["card"] ?? ""}
            >
              <Group wrap="nowrap">
                <IconFolder size={26} aria-hidden color="var(--running)" stroke={1.6} />
                <div>
                  <Text fw={600}>{project.name}</Text>
                  <Text size="sm" c="dimmed">
                    {project.description || project.key}
                  </Text>
                </div>
              </Group>
            </Card>
          ))}
        </SimpleGrid>
      )}
    </section>
  );
}
