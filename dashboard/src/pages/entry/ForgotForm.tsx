import { Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { askForPassword, enterCode } from "../../data/account";
import { useClient } from "../../data/client";
import { useConfig } from "../../data/config";
import { EmailField } from "./EmailField";
import { EntryForm } from "./EntryForm";
import type { EntryFields } from "./SignInForm";

/** Asks for a message, and takes the code that stands in it. Its link leads to the same. */
export function ForgotForm({ email, setEmail }: EntryFields) {
  const client = useClient();
  const ask = useMutation({ mutationFn: () => askForPassword(client, email) });
  if (ask.isSuccess) return <CodeForm email={email} />;
  return (
    <EntryForm change={ask} submit={() => ask.mutate()} button="Continue">
      <Text size="sm">
        With a message to your address you choose a new password. The present one is good until
        then.
      </Text>
      <EmailField value={email} set={setEmail} />
    </EntryForm>
  );
}

function CodeForm({ email }: { email: string }) {
  const client = useClient();
  const [code, setCode] = useState("");
  const enter = useMutation({ mutationFn: () => enterCode(client, email, code.trim()) });
  return (
    <Stack>
      <Text role="status" size="sm">
        <WhereItIs email={email} />
      </Text>
      <EntryForm change={enter} submit={() => enter.mutate()} button="Choose a new password">
        <TextInput
          label="Code"
          description="If the message has one. It is good in any browser, the link in this one."
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          pattern="\s*[0-9]{6,10}\s*"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
      </EntryForm>
    </Stack>
  );
}

function WhereItIs({ email }: { email: string }) {
  if (useConfig().mail === "kept") {
    return (
      <>
        This stack runs on one machine and sends no mail. If there is an account of {email}, the
        message lies in the folder <code>mail</code> of the stack: whoever runs it (
        <code>baton status</code>) can pass on its link or code.
      </>
    );
  }
  return (
    <>
      If there is an account of {email}, a message to it is on its way. Follow its link in this
      browser, or type its code here.
    </>
  );
}
