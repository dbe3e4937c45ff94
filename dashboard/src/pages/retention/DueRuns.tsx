import { Anchor, Text, Title } from "@mantine/core";
import { Link } from "react-router";
import { Loaded } from "../../components/Loaded";
import { type Column, Rows } from "../../components/Rows";
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
            <Rows
              label="Runs that are due"
              columns={COLUMNS}
              rows={rows}
              keyOf={(row) => `${row.project_id} ${row.what}`}
            />
          )
        }
      </Loaded>
    </section>
  );
}

const COLUMNS: readonly Column<Due>[] = [
  {
    title: "Project",
    cell: (row) => (
      <Anchor component={Link} to={`/projects/${row.project_id}/runs`} size="sm">
        {row.project}
      </Anchor>
    ),
  },
  {
    title: "What",
    cell: (row) => (row.what === "runs" ? "The runs themselves" : labelOf(row.what)),
  },
  {
    title: "Of",
    cell: (row) => `${row.is_more ? "more than " : ""}${count(row.runs, unitOf(row.what))}`,
  },
  { title: "Oldest", cell: (row) => day(row.from) },
];
