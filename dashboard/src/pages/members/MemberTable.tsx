import { Badge, Select, Text } from "@mantine/core";
import { Ago } from "../../components/Ago";
import { Problem } from "../../components/Loaded";
import { type Column, Rows } from "../../components/Rows";
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
  const me = useSession().userId;
  const columns: readonly Column<Member>[] = [
    {
      title: "Name",
      cell: (member) => (
        <Text fw={600} size="sm" component="span">
          {nameOf(member)} {member.user_id === me && <Badge size="xs">you</Badge>}
        </Text>
      ),
    },
    {
      title: "Role",
      cell: (member) => (
        <RoleOf
          organization={organization}
          member={member}
          isMe={member.user_id === me}
          set={(role) => setRole.mutate({ userId: member.user_id, role })}
        />
      ),
    },
    { title: "Since", cell: (member) => <Ago time={member.created_at} /> },
    {
      title: "",
      width: 110,
      cell: (member) =>
        (member.user_id === me || reaches(organization.role, "owner")) && (
          <RemoveMember
            organization={organization}
            userId={member.user_id}
            name={member.user_id === me ? null : nameOf(member)}
          />
        ),
    },
  ];
  return (
    <>
      {setRole.error && <Problem error={setRole.error} />}
      <Rows label="Members" columns={columns} rows={members} keyOf={(one) => one.user_id} isCard />
    </>
  );
}

function nameOf(member: Member): string {
  return member.users?.name || "somebody without a name";
}

interface RoleOfProps {
  readonly organization: Organization;
  readonly member: Member;
  readonly isMe: boolean;
  set(role: Role): void;
}

function RoleOf({ organization, member, isMe, set }: RoleOfProps) {
  // Nobody changes his own role, or that of who is above him.
  const mayChange =
    !isMe && reaches(organization.role, "admin") && reaches(organization.role, member.role);
  if (!mayChange) return <>{member.role}</>;
  return (
    <Select
      aria-label={`Role of ${nameOf(member)}`}
      data={rolesUpTo(organization.role)}
      value={member.role}
      allowDeselect={false}
      onChange={(role) => role && set(role as Role)}
      maw={270}
    />
  );
}
