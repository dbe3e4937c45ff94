import { Text } from "@mantine/core";

/** Said once a change is made, also to who does not see it. */
export function Saved({ when, children }: { when: boolean; children: string }) {
  return (
    <Text size="sm" role="status" c="dimmed">
      {when ? children : ""}
    </Text>
  );
}
