import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";
import { Ago } from "../../components/Ago";
import { type Column, Rows } from "../../components/Rows";
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
  const columns: readonly Column<GroupMember>[] = [
    {
      title: "Test",
      cell: (member) => (
        <>
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
        </>
      ),
    },
    { title: "Environment", cell: (member) => names.get(member.environment_id) },
    { title: "Times", cell: (member) => member.occurrences },
    { title: "Last seen", cell: (member) => <LastSeen member={member} /> },
  ];
  return (
    <Rows
      label="Tests that fail like this"
      columns={columns}
      rows={members}
      keyOf={(member) => member.id}
    />
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
