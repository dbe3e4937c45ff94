import { PasswordInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useClient } from "../../data/client";
import { signIn } from "../../data/session";
import { EmailField } from "./EmailField";
import { EntryForm } from "./EntryForm";

export interface EntryFields {
  readonly email: string;
  setEmail(email: string): void;
}

export function SignInForm({ email, setEmail }: EntryFields) {
  const client = useClient();
  const [password, setPassword] = useState("");
  const enter = useMutation({ mutationFn: () => signIn(client, email, password) });
  return (
    <EntryForm change={enter} submit={() => enter.mutate()} button="Sign in">
      <EmailField value={email} set={setEmail} />
      <PasswordInput
        label="Password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    </EntryForm>
  );
}
