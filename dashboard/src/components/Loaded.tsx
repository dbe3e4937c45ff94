import { Alert, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { asDataError } from "../data/errors";

interface Loading<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  refetch(): unknown;
}

/** What a query gives; until then its outline, and instead of it what went wrong. */
export function Loaded<T>({
  query,
  lines = 4,
  children,
}: {
  query: Loading<T>;
  lines?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Problem error={query.error} retry={() => void query.refetch()} />;
  return <Outline lines={lines} />;
}

export function Outline({ lines = 4 }: { lines?: number }) {
  return (
    <Stack gap="sm" role="group" aria-busy="true" aria-label="loading">
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines have nothing but their place
        <Skeleton key={line} height={44} radius="md" />
      ))}
    </Stack>
  );
}

export function Problem({ error, retry }: { error: unknown; retry?: () => void }) {
  const { message, hint } = asDataError(error);
  return (
    <Alert color="red" icon={<IconAlertCircle />} title={message} role="alert">
      <Group justify="space-between">
        <Text size="sm">{hint}</Text>
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  );
}
