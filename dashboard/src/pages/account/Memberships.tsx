import { Anchor, Group, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { Loaded } from "../../components/Loaded";
import { type Organization, useOrganizations } from "../../data/organizations";
import { useSession } from "../../lib/session";
import { RemoveMember } from "../members/RemoveMember";
import { Section } from "./Section";

/** The organizations one belongs to, and the way out of each. */
export function Memberships() {
  const organizations = useOrganizations();
  return (
    <Section title="Organizations">
      <Loaded query={organizations}>
        {(all) => (
          <Stack gap="sm">
            {all.length === 0 && <Text c="dimmed">You belong to none.</Text>}
            {all.map((organization) => (
              <Membership key={organization.id} organization={organization} />
            ))}
          </Stack>
        )}
      </Loaded>
    </Section>
  );
}

function Membership({ organization }: { organization: Organization }) {
  const { userId } = useSession();
  return (
    <Group justify="space-between">
      <div>
        <Anchor component={Link} to={`/organizations/${organization.id}/members`} fw={600}>
          {organization.name}
        </Anchor>
        <Text size="sm" c="dimmed">
          You are {organization.role} here.
        </Text>
      </div>
      <RemoveMember organization={organization} userId={userId} name={null} />
    </Group>
  );
}
