import { Anchor, Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { Link } from "react-router";
import { type Column, Rows } from "../../components/Rows";
import { useSlowTests } from "../../data/metrics";
import { type Catalogue, useCatalogue } from "../../data/tests";
import { duration, percent } from "../../lib/format";
import { Panel } from "./Panel";

type Slow = NonNullable<ReturnType<typeof useSlowTests>["data"]>[number];

const SHOWN = 12;

interface SlowTestsProps {
  readonly projectId: string;
  /** Null: of all. */
  readonly environmentId: string | null;
}

export function SlowTests({ projectId, environmentId }: SlowTestsProps) {
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
      <Rows
        label="Slowest tests"
        columns={columnsOf(projectId, catalogue.data)}
        rows={rows.slice(0, SHOWN)}
        keyOf={(row) => row.id}
      />
    </Panel>
  );
}

function columnsOf(projectId: string, catalogue: Catalogue | undefined): readonly Column<Slow>[] {
  return [
    {
      title: "Test",
      cell: (row) => (
        <Stack gap={0}>
          <Anchor
            component={Link}
            to={`/projects/${projectId}/tests/${row.test_case_id}`}
            size="sm"
            fw={600}
          >
            {catalogue?.byId.get(row.test_case_id)?.fullName ?? "a test that is gone"}
          </Anchor>
          {row.is_slower && (
            <Text size="xs" style={{ color: "var(--broken)" }}>
              slower: was {duration(row.baseline_ms)}
            </Text>
          )}
        </Stack>
      ),
    },
    { title: "p50", cell: (row) => duration(row.p50_response_time_ms) },
    { title: "p95", cell: (row) => duration(row.p95_response_time_ms) },
    { title: "Passed", cell: (row) => percent(row.success_rate) },
  ];
}
