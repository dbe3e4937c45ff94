import { Group, Loader, Text } from "@mantine/core";
import { EntryFrame } from "./EntryFrame";

/** While the link of a message is followed: it may open something, or the sign-in comes. */
export function Following() {
  return (
    <EntryFrame title="One moment">
      <Group gap="sm" role="status">
        <Loader size="sm" />
        <Text size="sm">The link of the message is being opened.</Text>
      </Group>
    </EntryFrame>
  );
}
