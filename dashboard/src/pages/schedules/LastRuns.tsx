import { Group, Text } from "@mantine/core";
import { Link } from "react-router";
import { Ago } from "../../components/Ago";
import { StatusBadge } from "../../components/Verdict";
import { type Schedule, useScheduledRuns } from "../../data/schedules";
import { useProject } from "../useProject";

const SHOWN = 6;

/** How the latest runs of a schedule went. */
export function LastRuns({ schedule }: { schedule: Schedule }) {
  const { project } = useProject();
  const runs = useScheduledRuns(project.id);
  const own = runs.data?.get(schedule.id) ?? [];
  if (schedule.last_run_at === null) {
    return (
      <Text size="sm" c="dimmed">
        It has requested no run yet.
      </Text>
    );
  }
  return (
    <Group gap="sm">
      <Text size="sm" c="dimmed">
        Last <Ago time={schedule.last_run_at} />
      </Text>
      {own.slice(0, SHOWN).map((run) => (
        <Link
          key={run.id}
          to={`/runs/${run.id}`}
          className="plain"
          title={new Date(run.created_at).toLocaleString()}
        >
          <StatusBadge status={run.status} />
        </Link>
      ))}
    </Group>
  );
}
