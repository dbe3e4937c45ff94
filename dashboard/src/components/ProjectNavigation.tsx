import { Menu, UnstyledButton } from "@mantine/core";
import {
  IconApi,
  IconArchive,
  IconBug,
  IconCalendarTime,
  IconChartLine,
  IconChevronDown,
  IconDatabase,
  IconDots,
  IconKey,
  IconPlayerPlay,
  IconServer,
  IconSitemap,
  IconUsers,
} from "@tabler/icons-react";
import { Fragment, type ReactNode } from "react";
import { Link, NavLink, useLocation } from "react-router";
import styles from "./ProjectNavigation.module.css";

/** What one looks at every day: always in sight. */
const DAILY = [
  { path: "runs", label: "Runs", icon: IconPlayerPlay },
  { path: "suites", label: "Suites", icon: IconSitemap },
  { path: "trends", label: "Trends", icon: IconChartLine },
  { path: "failures", label: "Failures", icon: IconBug },
];

/** What one sets up, and looks up: behind one button, so that the others have room on a phone. */
const MORE = [
  {
    title: "What tests use",
    places: [
      { path: "environments", label: "Environments", icon: IconServer },
      { path: "endpoints", label: "Endpoints", icon: IconApi },
      { path: "fixtures", label: "Fixtures", icon: IconDatabase },
    ],
  },
  {
    title: "Administration",
    places: [
      { path: "schedules", label: "Schedules", icon: IconCalendarTime },
      { path: "tokens", label: "Project tokens", icon: IconKey },
      { path: "retention", label: "Retention", icon: IconArchive },
      { path: "members", label: "Members", icon: IconUsers },
    ],
  },
];

/** The way between the pages of a project. */
export function ProjectNavigation({
  projectId,
  children,
}: {
  projectId: string;
  children: ReactNode;
}) {
  return (
    <nav className={styles["bar"]} aria-label="Project">
      <div className={styles["links"]}>
        {DAILY.map(({ path, label, icon: Picture }) => (
          <NavLink
            key={path}
            to={`/projects/${projectId}/${path}`}
            className={styles["link"] ?? ""}
          >
            <Picture size={16} aria-hidden className={styles["picture"]} />
            {label}
          </NavLink>
        ))}
      </div>
      <More projectId={projectId} />
      <div className={styles["state"]}>{children}</div>
    </nav>
  );
}

function More({ projectId }: { projectId: string }) {
  const { pathname } = useLocation();
  const here = MORE.flatMap(({ places }) => places).find(({ path }) =>
    pathname.startsWith(`/projects/${projectId}/${path}`),
  );
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <UnstyledButton
          className={styles["link"] ?? ""}
          data-here={here !== undefined || undefined}
          aria-label={here ? `More, here: ${here.label}` : "More"}
        >
          <IconDots size={18} aria-hidden className={styles["dots"]} />
          <span className={styles["label"]}>{here?.label ?? "More"}</span>
          <IconChevronDown size={15} aria-hidden className={styles["label"]} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {MORE.map(({ title, places }) => (
          <Fragment key={title}>
            <Menu.Label>{title}</Menu.Label>
            {places.map(({ path, label, icon: Picture }) => (
              <Menu.Item
                key={path}
                component={Link}
                to={`/projects/${projectId}/${path}`}
                leftSection={<Picture size={16} aria-hidden />}
                aria-current={path === here?.path ? "page" : undefined}
              >
                {label}
              </Menu.Item>
            ))}
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
