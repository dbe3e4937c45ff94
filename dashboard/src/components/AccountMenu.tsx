import { Avatar, Menu, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconLogout, IconUser } from "@tabler/icons-react";
import { Link, useNavigate } from "react-router";
import { useProfile } from "../data/account";
import { useClient } from "../data/client";
import { signOut } from "../data/session";
import { useSession } from "../lib/session";

/** Who is signed in, and what he can do about it. */
export function AccountMenu() {
  const client = useClient();
  const navigate = useNavigate();
  const { email } = useSession();
  const { data: profile } = useProfile();
  const leave = () => {
    // Who signs in next shall not begin where somebody else left off.
    navigate("/");
    void signOut(client);
  };
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <UnstyledButton>
          <VisuallyHidden>Your account</VisuallyHidden>
          <Avatar radius="xl" size={34} color="indigo" variant="light" aria-hidden>
            {(profile?.name || email).charAt(0).toUpperCase() || <IconUser size={18} />}
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {profile?.name && (
            <Text size="sm" fw={600} truncate>
              {profile.name}
            </Text>
          )}
          <Text size="xs" truncate>
            {email}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item leftSection={<IconUser size={16} />} component={Link} to="/account">
          Account
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={leave}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
