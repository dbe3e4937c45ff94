import { Accordion, Badge, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Ago } from "../../components/Ago";
import { Loaded } from "../../components/Loaded";
import { type FailureGroup, useGroupMembers } from "../../data/failures";
import { count } from "../../lib/format";
import { GroupMembers } from "./GroupMembers";
import { Triage } from "./Triage";

interface OneGroupProps {
  readonly group: FailureGroup;
  readonly projectId: string;
}

/** What failures have in common, how often it was seen, and what is thought of it. */
export function OneGroup({ group, projectId }: OneGroupProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Accordion.Item value={group.fingerprint ?? ""} className="card">
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
          {group.triage_note && (
            <Text size="sm" c="dimmed" truncate>
              {group.triage_note}
            </Text>
          )}
        </Stack>
      </Accordion.Control>
      <Accordion.Panel>{isOpen && <Opened group={group} projectId={projectId} />}</Accordion.Panel>
    </Accordion.Item>
  );
}

function Opened({ group, projectId }: OneGroupProps) {
  const members = useGroupMembers(projectId, group.fingerprint ?? "", true);
  return (
    <Loaded query={members} lines={2}>
      {(rows) => (
        <Stack gap="md">
          <Triage group={group} projectId={projectId} members={rows} />
          <GroupMembers projectId={projectId} members={rows} />
        </Stack>
      )}
    </Loaded>
  );
}
