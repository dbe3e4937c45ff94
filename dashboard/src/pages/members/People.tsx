import { Text } from "@mantine/core";
import { Loaded } from "../../components/Loaded";
import { Page } from "../../components/Page";
import { useMembers } from "../../data/members";
import type { Organization } from "../../data/organizations";
import { reaches } from "../../data/words";
import { Invitations } from "./Invitations";
import { Invite } from "./Invite";
import { MemberTable } from "./MemberTable";

/** Who works in the organization, what each may do, and who is invited. */
export function People({ organization }: { organization: Organization }) {
  const may = reaches(organization.role, "admin");
  const members = useMembers(organization.id);
  return (
    <Page
      title={`Members of ${organization.name}`}
      actions={<Invite organization={organization} may={may} />}
    >
      <Loaded query={members}>
        {(rows) => <MemberTable organization={organization} members={rows} />}
      </Loaded>
      {may ? (
        <Invitations organization={organization} />
      ) : (
        <Text size="sm" c="dimmed">
          Admins invite people, and change what they may.
        </Text>
      )}
    </Page>
  );
}
