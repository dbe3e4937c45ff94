import { Text } from "@mantine/core";
import { Ago } from "../../components/Ago";
import { type Column, Rows } from "../../components/Rows";
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
    <Rows
      label="Invitations that were made"
      columns={[...COLUMNS, takingBack(organization)]}
      rows={invitations}
      keyOf={(invitation) => invitation.id}
      isCard
    />
  );
}

const COLUMNS: readonly Column<Invitation>[] = [
  { title: "For", cell: ({ email }) => email ?? "whoever has the link" },
  { title: "Role", cell: ({ role }) => role },
  {
    title: "By",
    cell: ({ inviter, created_at }) => (
      <>
        {inviter ?? "somebody who has left"}, <Ago time={created_at} />
      </>
    ),
  },
  {
    title: "State",
    cell: ({ state, expires_at }) => (
      <>
        {STATES[state]}
        {state === "pending" && (
          <Text size="xs" c="dimmed">
            until {moment(expires_at)}
          </Text>
        )}
      </>
    ),
  },
];

function takingBack(organization: Organization): Column<Invitation> {
  return {
    title: "",
    width: 110,
    cell: (invitation) =>
      invitation.state === "pending" && (
        <TakeBack organization={organization} invitation={invitation} />
      ),
  };
}
