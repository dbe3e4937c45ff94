import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Loaded } from "../../components/Loaded";
import { useInvitations } from "../../data/invitations";
import type { Organization } from "../../data/organizations";
import { byState } from "../../lib/invitations";
import { InvitationTable } from "./InvitationTable";

/** Whom the admins invited: those who did not answer yet, and on demand the others. */
export function Invitations({ organization }: { organization: Organization }) {
  const invitations = useInvitations(organization.id, true);
  const [showsAll, setShowsAll] = useState(false);
  return (
    <Stack component="section" aria-labelledby="invitations" gap="sm" mt="md">
      <Title order={2} size="h4" id="invitations">
        Invitations
      </Title>
      <Loaded query={invitations} lines={2}>
        {(rows) => {
          const { open, over } = byState(rows);
          return (
            <>
              {open.length === 0 && (
                <Text c="dimmed">Nobody is invited at the moment. Invite somebody above.</Text>
              )}
              <InvitationTable
                organization={organization}
                invitations={showsAll ? [...open, ...over] : open}
              />
              {over.length > 0 && (
                <Group>
                  <Button variant="subtle" size="xs" onClick={() => setShowsAll(!showsAll)}>
                    {showsAll ? "Hide" : "Show"} {over.length} that{" "}
                    {over.length === 1 ? "is" : "are"} over
                  </Button>
                </Group>
              )}
            </>
          );
        }}
      </Loaded>
    </Stack>
  );
}
