import { Anchor, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { type Column, Rows } from "../../components/Rows";
import type { Detail } from "../../data/evidence";
import type { Run } from "../../data/runs";
import type { Catalogue, Edge, Test } from "../../data/tests";
import { type Added, addedBy } from "../../lib/added";

interface AddedToContextProps {
  readonly details: readonly Detail[];
  readonly run: Run;
  readonly test: Test | undefined;
  readonly catalogue: Catalogue;
}

/** What the run knew after this test and not before, and for whom it waited, and why. */
export function AddedToContext({ details, run, test, catalogue }: AddedToContextProps) {
  const added = addedBy(details);
  const waitedFor = catalogue.edges.filter((edge) => edge.to === test?.id);
  return (
    <Stack gap="lg">
      <Part title="It added">
        {added.length === 0 ? (
          <Text c="dimmed">Nothing: this test captures no value.</Text>
        ) : (
          <Rows label="What it added" columns={COLUMNS} rows={added} keyOf={keyOf} isCard />
        )}
      </Part>
      <Part title="It waited for">
        {waitedFor.length === 0 && <Text c="dimmed">No other test.</Text>}
        {waitedFor.map((edge) => (
          <WaitedFor key={edge.from} edge={edge} run={run} catalogue={catalogue} />
        ))}
      </Part>
    </Stack>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Title order={2} size="h5" mb="xs">
        {title}
      </Title>
      {children}
    </section>
  );
}

const COLUMNS: readonly Column<Added>[] = [
  { title: "Name", cell: ({ name }) => <Code>{name}</Code> },
  { title: "Value", cell: ({ value }) => <Code>{value}</Code> },
  { title: "From", cell: ({ capture }) => <Code>{capture ?? "–"}</Code> },
];

function keyOf({ name }: Added): string {
  return name;
}

function Code({ children }: { children: string }) {
  return (
    <Text ff="monospace" size="sm">
      {children}
    </Text>
  );
}

interface WaitedForProps {
  readonly edge: Edge;
  readonly run: Run;
  readonly catalogue: Catalogue;
}

function WaitedFor({ edge, run, catalogue }: WaitedForProps) {
  return (
    <Text size="sm">
      <Anchor component={Link} to={`/runs/${run.id}/tests/${edge.from}`} underline="always">
        {catalogue.byId.get(edge.from)?.fullName ?? "a test that is gone"}
      </Anchor>
      {edge.kind === "order" && ", whatever came of it"}
      {edge.reasons.length > 0 && `: ${edge.reasons.join("; ")}`}
    </Text>
  );
}
