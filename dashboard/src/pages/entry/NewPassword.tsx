import { Anchor, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { NewPasswordField } from "../../components/forms/NewPasswordField";
import { setPassword } from "../../data/account";
import { useClient } from "../../data/client";
import { signOut } from "../../data/session";
import { EntryForm } from "./EntryForm";
import { EntryFrame } from "./EntryFrame";

/** For who came by the link or the code of a message: before anything else. */
export function NewPassword({ email }: { email: string }) {
  const client = useClient();
  const [password, set] = useState("");
  const change = useMutation({ mutationFn: () => setPassword(client, password) });
  return (
    <EntryFrame
      title="Choose a new password"
      below={
        <Text ta="center" mt="md" size="sm">
          Not you?{" "}
          <Anchor
            component="button"
            type="button"
            size="sm"
            underline="always"
            onClick={() => void signOut(client)}
          >
            Leave it as it is
          </Anchor>
        </Text>
      }
    >
      <EntryForm change={change} submit={() => change.mutate()} button="Save the password">
        <Text size="sm">
          For the account <b>{email}</b>. Other browsers and command lines that are signed in as you
          have to sign in again.
        </Text>
        <NewPasswordField value={password} set={set} focused />
      </EntryForm>
    </EntryFrame>
  );
}
