import { Badge, Select, Table, Text } from "@mantine/core";
import { Ago } from "../../components/Ago";
import { Problem } from "../../components/Loaded";
import { type Member, useSetRole } from "../../data/members";
import type { Organization } from "../../data/organizations";
import { type Role, reaches } from "../../data/words";
import { rolesUpTo } from "../../lib/roles";
import { useSession } from "../../lib/session";
import { RemoveMember } from "./RemoveMember";

interface MemberTableProps {
  readonly organization: Organization;
  readonly members: readonly Member[];
}

export function MemberTable({ organization, members }: MemberTableProps) {
  const setRole = useSetRole(organization.id);
  return (
    <>
      {setRole.error && <Problem error={setRole.error} />}
      <Table.ScrollContainer minWidth={560} className="card" type="native">
        <Table verticalSpacing="sm" horizontalSpacing="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th>Role</Table.Th>
              <Table.Th>Since</Table.Th>
              <Table.Th w={110} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {members.map((member) => (
              <MemberRow
                key={member.user_id}
                organization={organization}
                member={member}
                setRole={(role) => setRole.mutate({ userId: member.user_id, role })}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}

interface MemberRowProps {
  readonly organization: Organization;
  readonly member: Member;
  setRole(role: Role): void;
}

function MemberRow({ organization, member, setRole }: MemberRowProps) {
  const isMe = useSession().userId === member.user_id;
  const name = member.users?.name || "somebody without a name";
  // Nobody changes his own role, or that of who is above him.
  const mayChange =
    !isMe && reaches(organization.role, "admin") && reaches(organization.role, member.role);
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={600} size="sm">
          {name} {isMe && <Badge size="xs">you</Badge>}
        </Text>
      </Table.Td>
      <Table.Td>
        {mayChange ? (
          <Select
            aria-label={`Role of ${name}`}
            data={rolesUpTo(organization.role)}
            value={member.role}
            allowDeselect={false}
            onChange={(role) => role && setRole(role as Role)}
            w={270}
          />
        ) : (
          member.role
        )}
      </Table.Td>
      <Table.Td>
        <Ago time={member.created_at} />
      </Table.Td>
      <Table.Td ta="right">
        {(isMe || reaches(organization.role, "owner")) && (
          <RemoveMember
            organization={organization}
            userId={member.user_id}
            name={isMe ? null : name}
          />
        )}
      </Table.Td>
    </Table.Tr>
  );
}
