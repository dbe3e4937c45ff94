import {
  Accordion,
  Anchor,
  Badge,
  Group,
  SegmentedControl,
  Select,
  Stack,
  Table,
  Text,
} from "@mantine/core";
import { IconMoodSmile } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";
import { Ago } from "../components/Ago";
import { Empty } from "../components/Empty";
import { Loaded, Problem } from "../components/Loaded";
import { Page } from "../components/Page";
import { useEnvironments } from "../data/environments";
import { type FailureGroup, useFailureGroups, useGroupMembers, useTriage } from "../data/failures";
import { useMay } from "../data/organizations";
import { useCatalogue } from "../data/tests";
import type { TriageState } from "../data/words";
import { count } from "../lib/format";
import { useProject } from "./useProject";

const STATES: TriageState[] = ["open", "acknowledged", "ignored", "resolved"];

/** Failures by what they have in common: a thousand failures are a handful of groups. */
export function Failures() {
  const { project } = useProject();
  const groups = useFailureGroups(project.id);
  const [state, setState] = useState("open");
  return (
    <Page
      title="Failures"
      actions={
        <SegmentedControl
          aria-label="Which failures"
          value={state}
          onChange={setState}
          data={["open", "acknowledged", "ignored", "resolved", "all"]}
        />
      }
    >
      <Loaded query={groups}>
        {(all) => {
          const shown = all.filter((group) => state === "all" || group.triage === state);
          if (shown.length === 0) return <NoFailures state={state} hasAny={all.length > 0} />;
          return (
            <Accordion variant="separated" chevronPosition="left">
              {shown.map((group) => (
                <OneGroup key={group.fingerprint} group={group} projectId={project.id} />
              ))}
            </Accordion>
          );
        }}
      </Loaded>
    </Page>
  );
}

function NoFailures({ state, hasAny }: { state: string; hasAny: boolean }) {
  return (
    <Empty
      icon={IconMoodSmile}
      title={hasAny ? `No failure is ${state}` : "Nothing has failed yet"}
    >
      Failures that differ only in ids, times, hosts and tokens stand here as one.
    </Empty>
  );
}

function OneGroup({ group, projectId }: { group: FailureGroup; projectId: string }) {
  const [isOpen, setIsOpen] = useState(false);
  const fingerprint = group.fingerprint ?? "";
  return (
    <Accordion.Item value={fingerprint} className="card">
      <Accordion.Control onClick={() => setIsOpen(true)}>
        <Stack gap={4}>
          <Text fw={600} size="sm" lineClamp={2}>
            {group.root_cause || "no words were recorded"}
          </Text>
          <Group gap="xs">
            {group.category_group && (
              <Badge size="sm" variant="light" color="red" tt="none" autoContrast>
                {group.category_group}
              </Badge>
            )}
            {group.is_flaky && (
              <Badge size="sm" variant="default" tt="none">
                flaky
              </Badge>
            )}
            <Text size="xs" c="dimmed" className="numbers">
              {count(group.occurrences ?? 0, "time")} in {count(group.tests ?? 0, "test")}, last{" "}
              <Ago time={group.last_seen_at} />, first <Ago time={group.first_seen_at} />
            </Text>
          </Group>
        </Stack>
      </Accordion.Control>
      <Accordion.Panel>
        {isOpen && (
          <Members projectId={projectId} fingerprint={fingerprint} triage={group.triage} />
        )}
      </Accordion.Panel>
    </Accordion.Item>
  );
}

interface MembersProps {
  readonly projectId: string;
  readonly fingerprint: string;
  readonly triage: TriageState | null;
}

function Members({ projectId, fingerprint, triage }: MembersProps) {
  const members = useGroupMembers(projectId, fingerprint, true);
  const catalogue = useCatalogue(projectId);
  const environments = useEnvironments(projectId);
  const may = useMay(projectId, "editor");
  const change = useTriage(projectId);
  const names = new Map(environments.data?.map(({ id, name }) => [id, name]));
  return (
    <Stack gap="sm">
      {change.error && <Problem error={change.error} />}
      <Select
        label="State"
        data={STATES}
        value={triage}
        disabled={!may || change.isPending}
        allowDeselect={false}
        onChange={(next) => next && change.mutate({ fingerprint, triage: next as TriageState })}
        w={200}
      />
      <Loaded query={members} lines={2}>
        {(rows) => (
          <Table.ScrollContainer minWidth={480} type="native">
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Test</Table.Th>
                  <Table.Th>Environment</Table.Th>
                  <Table.Th>Times</Table.Th>
                  <Table.Th>Last seen</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((row) => (
                  <Table.Tr key={row.id}>
                    <Table.Td>
                      <Anchor
                        component={Link}
                        to={`/projects/${projectId}/tests/${row.test_case_id}`}
                        size="sm"
                        fw={600}
                      >
                        {catalogue.data?.byId.get(row.test_case_id)?.fullName ??
                          "a test that is gone"}
                      </Anchor>
                      {row.flaky_reason && (
                        <Text size="xs" c="dimmed">
                          {row.flaky_reason}
                        </Text>
                      )}
                    </Table.Td>
                    <Table.Td>{names.get(row.environment_id)}</Table.Td>
                    <Table.Td className="numbers">{row.occurrences}</Table.Td>
                    <Table.Td>
                      {row.last_run_id ? (
                        <Anchor
                          component={Link}
                          to={`/runs/${row.last_run_id}/tests/${row.test_case_id}`}
                          size="sm"
                          underline="always"
                        >
                          <Ago time={row.last_seen_at} />
                        </Anchor>
                      ) : (
                        <Ago time={row.last_seen_at} />
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Loaded>
    </Stack>
  );
}
