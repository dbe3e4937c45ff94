import { Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { NewPasswordField } from "../../components/forms/NewPasswordField";
import { useClient } from "../../data/client";
import { signUp } from "../../data/session";
import { EmailField } from "./EmailField";
import { EntryForm } from "./EntryForm";
import type { EntryFields } from "./SignInForm";

export function SignUpForm({ email, setEmail }: EntryFields) {
  const client = useClient();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const enter = useMutation({ mutationFn: () => signUp(client, { name, email, password }) });
  if (enter.data === false) {
    return (
      <Text role="status">
        We sent a message to {email}. Follow its link, and you are in. If none comes, you may have
        an account already: sign in, or ask for a new password.
      </Text>
    );
  }
  return (
    <EntryForm change={enter} submit={() => enter.mutate()} button="Sign up">
      <TextInput
        label="Name"
        description="What your colleagues see."
        autoComplete="name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <EmailField value={email} set={setEmail} />
      <NewPasswordField value={password} set={setPassword} />
    </EntryForm>
  );
}
