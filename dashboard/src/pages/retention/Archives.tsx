import { Badge, Button, Center, Group, SegmentedControl, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Ago } from "../../components/Ago";
import { Loaded } from "../../components/Loaded";
import { ScrollingTable } from "../../components/ScrollingTable";
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
              <ArchiveTable rows={rows} />
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

function ArchiveTable({ rows }: { rows: readonly Archive[] }) {
  return (
    <ScrollingTable label="Files" minWidth={640}>
      <Table verticalSpacing="xs" className="numbers">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Period</Table.Th>
            <Table.Th>Rows</Table.Th>
            <Table.Th>Size</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>Written</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((archive) => (
            <Table.Tr key={archive.id}>
              <Table.Td>
                {day(archive.period_start)} to {day(archive.period_end)}
                <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                  {archive.location}
                </Text>
              </Table.Td>
              <Table.Td>{count(archive.row_count, "row")}</Table.Td>
              <Table.Td>{bytes(archive.size_bytes)}</Table.Td>
              <Table.Td>
                <Badge variant="default" tt="none">
                  {archive.state}
                </Badge>
                <Text size="xs" c="dimmed">
                  {STATES[archive.state]}
                </Text>
              </Table.Td>
              <Table.Td>
                <Ago time={archive.created_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollingTable>
  );
}
