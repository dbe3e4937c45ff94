import { Anchor, Stack, Table, Text, Title } from "@mantine/core";
import { Link } from "react-router";
import type { Origin } from "../../data/context";
import type { Detail } from "../../data/evidence";
import type { Run } from "../../data/runs";
import type { Catalogue, Test } from "../../data/tests";
import { asLine } from "../../lib/json";

interface ContextDetail {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly captured_data?: Readonly<Record<string, unknown>>;
  readonly provenance?: readonly Origin[];
}

interface AddedToContextProps {
  readonly details: readonly Detail[];
  readonly run: Run;
  readonly test: Test | undefined;
  readonly catalogue: Catalogue;
}

/** What the run knew after this test and not before, and for whom it waited, and why. */
export function AddedToContext({ details, run, test, catalogue }: AddedToContextProps) {
  const content = (details.find((detail) => detail.kind === "context")?.content ??
    {}) as ContextDetail;
  const added = content.provenance ?? [];
  const waitedFor = catalogue.edges.filter((edge) => edge.to === test?.id);
  return (
    <Stack gap="lg">
      <section>
        <Title order={2} size="h5" mb="xs">
          It added
        </Title>
        {added.length === 0 ? (
          <Text c="dimmed">Nothing: this test captures no value.</Text>
        ) : (
          <Table.ScrollContainer minWidth={440} className="card" type="native">
            <Table verticalSpacing="sm" horizontalSpacing="md">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>Value</Table.Th>
                  <Table.Th>From</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {added.map((origin) => (
                  <Table.Tr key={`${origin.kind} ${origin.name}`}>
                    <Table.Td>
                      <Text ff="monospace" size="sm">
                        {origin.kind === "token" ? `tokens.${origin.name}` : origin.name}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <Text ff="monospace" size="sm" style={{ overflowWrap: "anywhere" }}>
                        {asLine(
                          content.captured_data?.[origin.name] ??
                            content.variables?.[origin.name] ??
                            "***",
                        )}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <Text ff="monospace" size="sm">
                        {origin.capture ?? "–"}
                      </Text>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </section>
      <section>
        <Title order={2} size="h5" mb="xs">
          It waited for
        </Title>
        {waitedFor.length === 0 && <Text c="dimmed">No other test.</Text>}
        {waitedFor.map((edge) => (
          <Text key={edge.from} size="sm">
            <Anchor component={Link} to={`/runs/${run.id}/tests/${edge.from}`} underline="always">
              {catalogue.byId.get(edge.from)?.fullName ?? "a test that is gone"}
            </Anchor>
            {edge.kind === "order" && ", whatever came of it"}
            {edge.reasons.length > 0 && `: ${edge.reasons.join("; ")}`}
          </Text>
        ))}
      </section>
    </Stack>
  );
}
