import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { Ago } from "../../components/Ago";
import { Facts } from "../../components/Facts";
import { Confirmed } from "../../components/forms/Confirmed";
import { type Token, useRevokeToken } from "../../data/tokens";
import { day } from "../../lib/times";
import { stateOf } from "../../lib/tokens";
import styles from "./OneToken.module.css";

/** A token in the list: what it may, until when, and the way to end it. */
export function OneToken({ token, projectId }: { token: Token; projectId: string }) {
  const state = stateOf(token);
  return (
    <section className={styles["token"]} aria-label={token.name}>
      <Group justify="space-between" wrap="nowrap" align="start">
        <Stack gap="xs">
          <Group gap="xs">
            <Text fw={600} td={state === "works" ? undefined : "line-through"}>
              {token.name}
            </Text>
            <Text size="xs" c="dimmed" ff="monospace">
              {token.hint}…
            </Text>
            {token.scopes.map((scope) => (
              <Badge key={scope} size="sm" variant="light" tt="none" autoContrast>
                {scope}
              </Badge>
            ))}
          </Group>
          <Facts
            facts={{
              Works: untilOf(token),
              "Last used": token.last_used_at ? <Ago time={token.last_used_at} /> : "never",
              Made: (
                <>
                  <Ago time={token.created_at} />
                  {token.users?.name && ` by ${token.users.name}`}
                </>
              ),
            }}
          />
        </Stack>
        {state !== "revoked" && <Revoke token={token} projectId={projectId} />}
      </Group>
    </section>
  );
}

function untilOf(token: Token): string {
  const state = stateOf(token);
  if (state === "revoked") return `no more: revoked ${day(token.revoked_at)}`;
  if (token.expires_at === null) return "until it is revoked";
  const end = day(token.expires_at);
  return state === "expired" ? `no more: expired ${end}` : `until ${end}`;
}

function Revoke({ token, projectId }: { token: Token; projectId: string }) {
  const revoke = useRevokeToken(projectId);
  return (
    <Confirmed
      question={`Revoke ${token.name}?`}
      button="Revoke"
      change={revoke}
      act={() => revoke.mutateAsync(token.id)}
      trigger={(open) => (
        <Button
          size="xs"
          variant="default"
          onClick={open}
          aria-label={`Revoke ${token.name}`}
          style={{ flexShrink: 0 }}
        >
          Revoke
        </Button>
      )}
    >
      Pipelines that use it are refused from now on, and it cannot be taken back. Runs that it has
      requested go on.
    </Confirmed>
  );
}
