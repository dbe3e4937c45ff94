import { Container } from "@mantine/core";
import {
  IconBug,
  IconChartLine,
  IconPlayerPlay,
  IconServer,
  IconSitemap,
  IconUsers,
} from "@tabler/icons-react";
import { NavLink, Outlet, useParams } from "react-router";
import { LiveBadge } from "../components/LiveBadge";
import { Outline, Problem } from "../components/Loaded";
import { DataError } from "../data/errors";
import { usePlace } from "../data/organizations";
import { useIsInProject } from "../lib/current";
import { useLiveProject } from "../live/useLiveProject";
import styles from "./ProjectFrame.module.css";

const PLACES = [
  { path: "runs", label: "Runs", icon: IconPlayerPlay },
  { path: "suites", label: "Suites", icon: IconSitemap },
  { path: "trends", label: "Trends", icon: IconChartLine },
  { path: "failures", label: "Failures", icon: IconBug },
  { path: "environments", label: "Environments", icon: IconServer },
  { path: "members", label: "Members", icon: IconUsers },
];

/** The pages of a project: the way between them, and that they are told what happens. */
export function ProjectFrame() {
  const { projectId = "" } = useParams();
  useIsInProject(projectId);
  const { place, isPending, error } = usePlace(projectId);
  const isLive = useLiveProject(projectId);
  if (place === null) {
    return (
      <Container size={1240} py="lg">
        {isPending ? <Outline /> : <Problem error={error ?? missing()} />}
      </Container>
    );
  }
  return (
    <>
      <nav className={styles["bar"]} aria-label="Project">
        <div className={styles["links"]}>
          {PLACES.map(({ path, label, icon: Picture }) => (
            <NavLink
              key={path}
              to={`/projects/${projectId}/${path}`}
              className={styles["link"] ?? ""}
            >
              <Picture size={16} aria-hidden />
              {label}
            </NavLink>
          ))}
        </div>
        <LiveBadge isLive={isLive} />
      </nav>
      <Outlet />
    </>
  );
}

function missing(): DataError {
  return new DataError("There is no such project.", {
    hint: "Or you are not a member of its organization.",
  });
}
