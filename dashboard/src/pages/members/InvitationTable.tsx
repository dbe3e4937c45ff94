import { Table, Text } from "@mantine/core";
import { Ago } from "../../components/Ago";
import type { useInvitations } from "../../data/invitations";
import type { Organization } from "../../data/organizations";
import { moment } from "../../lib/format";
import { STATES } from "../../lib/invitations";
import { TakeBack } from "./TakeBack";

type Invitation = NonNullable<ReturnType<typeof useInvitations>["data"]>[number];

interface InvitationTableProps {
  readonly organization: Organization;
  readonly invitations: readonly Invitation[];
}

export function InvitationTable({ organization, invitations }: InvitationTableProps) {
  if (invitations.length === 0) return null;
  return (
    <Table.ScrollContainer minWidth={640} className="card" type="native">
      <Table verticalSpacing="sm" horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>For</Table.Th>
            <Table.Th>Role</Table.Th>
            <Table.Th>By</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th w={110} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {invitations.map((invitation) => (
            <InvitationRow
              key={invitation.id}
              organization={organization}
              invitation={invitation}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface InvitationRowProps {
  readonly organization: Organization;
  readonly invitation: Invitation;
}

function InvitationRow({ organization, invitation }: InvitationRowProps) {
  const { email, role, inviter, state, created_at, expires_at } = invitation;
  const isOpen = state === "pending";
  return (
    <Table.Tr>
      <Table.Td>{email ?? "whoever has the link"}</Table.Td>
      <Table.Td>{role}</Table.Td>
      <Table.Td>
        {inviter ?? "somebody who has left"}, <Ago time={created_at} />
      </Table.Td>
      <Table.Td>
        {STATES[state]}
        {isOpen && (
          <Text size="xs" c="dimmed">
            until {moment(expires_at)}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="right">
        {isOpen && <TakeBack organization={organization} invitation={invitation} />}
      </Table.Td>
    </Table.Tr>
  );
}
