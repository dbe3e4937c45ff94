import { Anchor, Table, Text, Title } from "@mantine/core";
import { Link } from "react-router";
import { Loaded } from "../../components/Loaded";
import { ScrollingTable } from "../../components/ScrollingTable";
import { type Due, useDue } from "../../data/retention";
import { count } from "../../lib/format";
import { labelOf, unitOf } from "../../lib/retention";
import { day } from "../../lib/times";

/** What the next clean-up would take. */
export function DueRuns({ organizationId }: { organizationId: string }) {
  const due = useDue(organizationId);
  return (
    <section className="card" style={{ padding: 16 }} aria-label="What is due">
      <Title order={2} size="h5" mb="xs">
        What the next clean-up takes
      </Title>
      <Loaded query={due} lines={1}>
        {(rows) =>
          rows.length === 0 ? (
            <Text size="sm" c="dimmed">
              Nothing is too old.
            </Text>
          ) : (
            <DueTable rows={rows} />
          )
        }
      </Loaded>
    </section>
  );
}

function DueTable({ rows }: { rows: readonly Due[] }) {
  return (
    <ScrollingTable label="Runs that are due" minWidth={480}>
      <Table verticalSpacing="xs" className="numbers">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Project</Table.Th>
            <Table.Th>What</Table.Th>
            <Table.Th>Of</Table.Th>
            <Table.Th>Oldest</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={`${row.project_id} ${row.what}`}>
              <Table.Td>
                <Anchor component={Link} to={`/projects/${row.project_id}/runs`} size="sm">
                  {row.project}
                </Anchor>
              </Table.Td>
              <Table.Td>{row.what === "runs" ? "The runs themselves" : labelOf(row.what)}</Table.Td>
              <Table.Td>
                {row.is_more && "more than "}
                {count(row.runs, unitOf(row.what))}
              </Table.Td>
              <Table.Td>{day(row.from)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollingTable>
  );
}
