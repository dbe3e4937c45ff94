import { Menu, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconChevronDown } from "@tabler/icons-react";
import { Fragment } from "react";
import { Link } from "react-router";
import { useOrganizations, usePlace } from "../data/organizations";
import { useCurrentProject } from "../lib/current";
import styles from "./ProjectSwitch.module.css";

/** Where one is, and the way to the other projects. */
export function ProjectSwitch() {
  const projectId = useCurrentProject();
  const { place } = usePlace(projectId);
  const organizations = useOrganizations();
  if (place === null) return null;
  return (
    <Menu position="bottom-start" width={280}>
      <Menu.Target>
        <UnstyledButton className={styles["button"] ?? ""}>
          <span className={styles["organization"]}>{place.organization.name} /</span>
          <span className={styles["project"]}>{place.project.name}</span>
          <VisuallyHidden>, switch project</VisuallyHidden>
          <IconChevronDown size={15} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {organizations.data?.map((organization) => (
          <Fragment key={organization.id}>
            <Menu.Label>{organization.name}</Menu.Label>
            {organization.projects.map((project) => (
              <Menu.Item
                key={project.id}
                component={Link}
                to={`/projects/${project.id}/runs`}
                rightSection={project.id === projectId && <IconCheck size={15} />}
              >
                {project.name}
              </Menu.Item>
            ))}
            {organization.projects.length === 0 && (
              <Text size="xs" c="dimmed" px="sm" pb="xs">
                no projects yet
              </Text>
            )}
          </Fragment>
        ))}
        <Menu.Divider />
        <Menu.Item component={Link} to="/">
          All projects
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
