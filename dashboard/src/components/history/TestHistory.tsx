import { Group, Stack, Text, Title, Tooltip } from "@mantine/core";
import { lazy, Suspense } from "react";
import { Link } from "react-router";
import { useTestHistory, useTestMetrics } from "../../data/metrics";
import { duration, moment, percent } from "../../lib/format";
import { summaryOf } from "../../lib/summary";
import { Loaded } from "../Loaded";
import { StateIcon } from "../Verdict";
import styles from "./TestHistory.module.css";

const TimesChart = lazy(() => import("../charts/TimesChart"));

interface TestHistoryProps {
  readonly testId: string;
  readonly environmentId: string | undefined;
  /** The run that is shown beside it. */
  readonly runId?: string;
}

/** How a test did: its latest verdicts, and its times and success rate day by day. */
export function TestHistory({ testId, environmentId, runId }: TestHistoryProps) {
  const metrics = useTestMetrics(testId, environmentId);
  const history = useTestHistory(testId);
  return (
    <Stack gap="md" className="card" p="md">
      <Title order={2} size="h5">
        History
      </Title>
      <Loaded query={history} lines={1}>
        {(rows) => {
          const here = rows.filter((row) => row.environment_id === environmentId);
          if (here.length === 0) return <Text c="dimmed">It has not run here yet.</Text>;
          return (
            <div className={styles["strip"]}>
              {here.map((row) => (
                <Tooltip
                  key={row.run_id}
                  label={`${row.verdict}, ${duration(row.total_ms)}, ${moment(row.run_created_at)}`}
                >
                  <Link
                    to={`/runs/${row.run_id}/tests/${testId}`}
                    className={styles["run"] ?? ""}
                    data-current={row.run_id === runId}
                    aria-label={`${row.verdict} at ${moment(row.run_created_at)}`}
                  >
                    <StateIcon state={row.verdict ?? "pending"} size={20} />
                  </Link>
                </Tooltip>
              ))}
            </div>
          );
        }}
      </Loaded>
      <Loaded query={metrics} lines={2}>
        {(days) => {
          if (days.length === 0) return null;
          const { runs, successRate, p50, p95, p99 } = summaryOf(days);
          const slower = days.at(-1)?.is_slower;
          return (
            <>
              <Group gap="xl" className="numbers">
                <Figure name="success rate" value={percent(successRate)} />
                <Figure name="p50" value={duration(p50)} />
                <Figure name="p95" value={duration(p95)} />
                <Figure name="p99" value={duration(p99)} />
                <Figure name="runs in 90 days" value={runs.toLocaleString("en")} />
              </Group>
              {slower && (
                <Text size="sm" style={{ color: "var(--broken)" }} fw={600}>
                  It got slower: its median was {duration(days.at(-1)?.baseline_ms)} before.
                </Text>
              )}
              {days.length > 1 && (
                <Suspense fallback={<div style={{ height: 240 }} />}>
                  <TimesChart days={days} />
                </Suspense>
              )}
            </>
          );
        }}
      </Loaded>
    </Stack>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text fw={650} size="lg">
        {value}
      </Text>
    </div>
  );
}
