import { Badge, Button, Center, Group, SegmentedControl, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Ago } from "../../components/Ago";
import { Loaded } from "../../components/Loaded";
import { type Column, Rows } from "../../components/Rows";
import { type Archive, useArchives } from "../../data/retention";
import { bytes, count } from "../../lib/format";
import { day } from "../../lib/times";

const TABLES = [
  { value: "test_results", label: "Results" },
  { value: "test_result_details", label: "Evidence" },
  { value: "test_runs", label: "Runs" },
];

/** What each state of a file says of its rows. */
const STATES: Record<Archive["state"], string> = {
  written: "written, not read back yet",
  verified: "read back; its rows are being deleted",
  done: "its rows live here alone",
};

/** The files in which rows live on. */
export function Archives({ organizationId }: { organizationId: string }) {
  const [table, setTable] = useState("test_results");
  const archives = useArchives(organizationId, table);
  return (
    <section className="card" style={{ padding: 16 }} aria-label="Archives">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h5">
          Archives
        </Title>
        <SegmentedControl
          size="xs"
          aria-label="Archives of what"
          data={TABLES}
          value={table}
          onChange={setTable}
        />
      </Group>
      <Loaded query={archives} lines={2}>
        {({ pages }) => {
          const rows = pages.flat();
          if (rows.length === 0) return <NoArchives />;
          return (
            <>
              <Rows label="Files" columns={COLUMNS} rows={rows} keyOf={(archive) => archive.id} />
              {archives.hasNextPage && (
                <Center mt="md">
                  <Button
                    variant="default"
                    loading={archives.isFetchingNextPage}
                    onClick={() => void archives.fetchNextPage()}
                  >
                    Older archives
                  </Button>
                </Center>
              )}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

function NoArchives() {
  return (
    <Text size="sm" c="dimmed">
      None yet. A clean-up writes what is too old into Parquet files, reads them back, and only then
      deletes the rows; <code>baton archive query</code> asks them, and{" "}
      <code>baton archive restore</code> brings a run back.
    </Text>
  );
}

const COLUMNS: readonly Column<Archive>[] = [
  {
    title: "Period",
    cell: (archive) => (
      <>
        {/* Months begin where the database is, not where the reader is. */}
        {day(archive.period_start, "UTC")} to {day(archive.period_end, "UTC")}
        <Text size="xs" c="dimmed">
          {archive.location}
        </Text>
      </>
    ),
  },
  { title: "Rows", cell: (archive) => count(archive.row_count, "row") },
  { title: "Size", cell: (archive) => bytes(archive.size_bytes) },
  {
    title: "State",
    cell: ({ state }) => (
      <>
        <Badge variant="default" tt="none">
          {state}
        </Badge>
        <Text size="xs" c="dimmed">
          {STATES[state]}
        </Text>
      </>
    ),
  },
  { title: "Written", cell: (archive) => <Ago time={archive.created_at} /> },
];
