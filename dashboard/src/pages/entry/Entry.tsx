import { Anchor, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "react-router";
import { EntryFrame } from "./EntryFrame";
import { ForgotForm } from "./ForgotForm";
import { Invited } from "./Invited";
import { Notice } from "./Notice";
import { SignInForm } from "./SignInForm";
import { SignUpForm } from "./SignUpForm";

type Mode = "in" | "up" | "forgot";

const TITLES: Record<Mode, string> = {
  in: "Sign in",
  up: "Make an account",
  forgot: "A new password",
};

interface EntryProps {
  /** Whether somebody was signed in until just now. */
  readonly hasEnded: boolean;
  /** Why the link of a message opened nothing. */
  readonly problem: unknown;
}

/** For who is not signed in, whatever the address: afterwards he is where he wanted to go. */
export function Entry({ hasEnded, problem }: EntryProps) {
  const isInvited = useLocation().pathname === "/invitation";
  const [mode, setMode] = useState<Mode>(isInvited ? "up" : "in");
  const [email, setEmail] = useState("");
  const field = { email, setEmail };
  return (
    <EntryFrame
      title={TITLES[mode]}
      above={
        <Stack mb="md" gap="sm">
          {isInvited && <Invited />}
          <Notice hasEnded={hasEnded} problem={problem} />
        </Stack>
      }
      below={
        <Group justify="center" mt="md" gap="lg">
          {mode !== "in" && (
            <Ask question="You have an account?" go={() => setMode("in")} label="Sign in" />
          )}
          {mode !== "up" && (
            <Ask question="No account yet?" go={() => setMode("up")} label="Sign up" />
          )}
          {mode === "in" && <Go go={() => setMode("forgot")} label="Forgot your password?" />}
        </Group>
      }
    >
      {mode === "in" && <SignInForm {...field} />}
      {mode === "up" && <SignUpForm {...field} />}
      {mode === "forgot" && <ForgotForm {...field} />}
    </EntryFrame>
  );
}

function Ask({ question, go, label }: { question: string; go(): void; label: string }) {
  return (
    <Text size="sm">
      {question} <Go go={go} label={label} />
    </Text>
  );
}

function Go({ go, label }: { go(): void; label: string }) {
  return (
    <Anchor component="button" type="button" size="sm" underline="always" onClick={go}>
      {label}
    </Anchor>
  );
}
