import {
  Anchor,
  Button,
  Container,
  Group,
  Paper,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { SchemeSwitch } from "../components/AppFrame";
import { Problem } from "../components/Loaded";
import { useClient } from "../data/client";
import { signIn, signUp } from "../data/session";
import styles from "./SignIn.module.css";

type Mode = "in" | "up";

/** For who is not signed in, whatever the address: afterwards he is where he wanted to go. */
export function SignIn() {
  const client = useClient();
  const [mode, setMode] = useState<Mode>("in");
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  useEffect(() => {
    document.title = `${mode === "in" ? "Sign in" : "Sign up"} · Baton`;
  }, [mode]);
  const enter = useMutation({
    mutationFn: async () => {
      if (mode === "up") return signUp(client, { name, email, password });
      await signIn(client, email, password);
      return true;
    },
  });
  const other = mode === "in" ? "up" : "in";
  return (
    <main className={styles["page"]}>
      <Container size={420} w="100%">
        <Group justify="space-between" mb="xl">
          <Group gap="sm">
            <img src={`${import.meta.env.BASE_URL}icon.svg`} width={40} height={40} alt="" />
            <Title order={1} size="h2">
              Baton
            </Title>
          </Group>
          <SchemeSwitch />
        </Group>
        <Paper withBorder p="lg" radius="lg">
          <form
            onSubmit={(event) => {
              event.preventDefault();
              enter.mutate();
            }}
          >
            <Stack>
              <Title order={2} size="h4">
                {mode === "in" ? "Sign in" : "Make an account"}
              </Title>
              {enter.error && <Problem error={enter.error} />}
              {enter.data === false && (
                <Text role="status">
                  We sent a message to {email}. Confirm the address, then sign in here.
                </Text>
              )}
              {mode === "up" && (
                <TextInput
                  label="Name"
                  description="What your colleagues see."
                  autoComplete="name"
                  value={name}
                  onChange={(event) => setName(event.currentTarget.value)}
                />
              )}
              <TextInput
                label="E-mail address"
                type="email"
                autoComplete="username"
                required
                value={email}
                onChange={(event) => setEmail(event.currentTarget.value)}
              />
              <PasswordInput
                label="Password"
                autoComplete={mode === "in" ? "current-password" : "new-password"}
                required
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
              />
              <Button type="submit" loading={enter.isPending} fullWidth>
                {mode === "in" ? "Sign in" : "Sign up"}
              </Button>
            </Stack>
          </form>
        </Paper>
        <Text ta="center" mt="md" size="sm">
          {mode === "in" ? "No account yet?" : "You have an account?"}{" "}
          <Anchor
            component="button"
            type="button"
            underline="always"
            onClick={() => {
              enter.reset();
              setMode(other);
            }}
          >
            {mode === "in" ? "Sign up" : "Sign in"}
          </Anchor>
        </Text>
      </Container>
    </main>
  );
}
