import { Anchor, Table, Text } from "@mantine/core";
import { Link } from "react-router";
import { Ago } from "../../components/Ago";
import { useEnvironments } from "../../data/environments";
import type { GroupMember } from "../../data/failures";
import { useCatalogue } from "../../data/tests";

interface GroupMembersProps {
  readonly projectId: string;
  readonly members: readonly GroupMember[];
}

/** The tests that fail in this way, each with the run that showed it last. */
export function GroupMembers({ projectId, members }: GroupMembersProps) {
  const catalogue = useCatalogue(projectId);
  const environments = useEnvironments(projectId);
  const names = new Map(environments.data?.map(({ id, name }) => [id, name]));
  return (
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
          {members.map((member) => (
            <Table.Tr key={member.id}>
              <Table.Td>
                <Anchor
                  component={Link}
                  to={`/projects/${projectId}/tests/${member.test_case_id}`}
                  size="sm"
                  fw={600}
                >
                  {catalogue.data?.byId.get(member.test_case_id)?.fullName ?? "a test that is gone"}
                </Anchor>
                {member.flaky_reason && (
                  <Text size="xs" c="dimmed">
                    {member.flaky_reason}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>{names.get(member.environment_id)}</Table.Td>
              <Table.Td className="numbers">{member.occurrences}</Table.Td>
              <Table.Td>
                <LastSeen member={member} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function LastSeen({ member }: { member: GroupMember }) {
  if (!member.last_run_id) return <Ago time={member.last_seen_at} />;
  return (
    <Anchor
      component={Link}
      to={`/runs/${member.last_run_id}/tests/${member.test_case_id}`}
      size="sm"
      underline="always"
    >
      <Ago time={member.last_seen_at} />
    </Anchor>
  );
}
