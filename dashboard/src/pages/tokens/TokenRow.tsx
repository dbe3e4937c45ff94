import { Badge, Button, Group, Table, Text } from "@mantine/core";
import { Ago } from "../../components/Ago";
import { Confirmed } from "../../components/forms/Confirmed";
import { type Token, useRevokeToken } from "../../data/tokens";
import { day } from "../../lib/times";
import { stateOf } from "../../lib/tokens";

/** A token in the list: what it may, until when, and the way to end it. */
export function TokenRow({ token, projectId }: { token: Token; projectId: string }) {
  const state = stateOf(token);
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={600} size="sm" td={state === "works" ? undefined : "line-through"}>
          {token.name}
        </Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {token.hint}…
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          {token.scopes.map((scope) => (
            <Badge key={scope} size="sm" variant="light" tt="none" autoContrast>
              {scope}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{untilOf(token)}</Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{token.last_used_at ? <Ago time={token.last_used_at} /> : "never"}</Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">
          <Ago time={token.created_at} />
        </Text>
        <Text size="xs" c="dimmed">
          {token.users?.name}
        </Text>
      </Table.Td>
      <Table.Td>{state !== "revoked" && <Revoke token={token} projectId={projectId} />}</Table.Td>
    </Table.Tr>
  );
}

function untilOf(token: Token): string {
  const state = stateOf(token);
  if (state === "revoked") return `revoked ${day(token.revoked_at)}`;
  if (token.expires_at === null) return "it is revoked";
  return state === "expired" ? `expired ${day(token.expires_at)}` : day(token.expires_at);
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
        <Button size="xs" variant="default" onClick={open} aria-label={`Revoke ${token.name}`}>
          Revoke
        </Button>
      )}
    >
      Pipelines that use it are refused from now on, and it cannot be taken back. Runs that it has
      requested go on.
    </Confirmed>
  );
}
