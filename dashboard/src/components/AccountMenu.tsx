import { Avatar, Menu, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconLogout, IconUser } from "@tabler/icons-react";
import { useClient } from "../data/client";
import { useSession } from "../lib/session";

/** Who is signed in, and what he can do about it. */
export function AccountMenu() {
  const client = useClient();
  const { email, userId } = useSession();
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <UnstyledButton>
          <VisuallyHidden>Your account</VisuallyHidden>
          <Avatar radius="xl" size={34} color="indigo" variant="light" aria-hidden>
            {email.charAt(0).toUpperCase() || <IconUser size={18} />}
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} truncate>
            {email}
          </Text>
          <Text size="xs">Account {userId}</Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} />}
          onClick={() => void client.auth.signOut()}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
