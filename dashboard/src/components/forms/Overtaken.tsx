import { Anchor, Text } from "@mantine/core";
import type { Editing } from "../../lib/draft";

/** Says that somebody else was faster; what one has written stays until one takes his. */
export function Overtaken<T>({ draft }: { draft: Editing<T> }) {
  if (!draft.isOvertaken) return null;
  return (
    <Text size="sm" role="alert" style={{ color: "var(--broken)" }}>
      It was changed by somebody else meanwhile; saving replaces that.{" "}
      <Anchor component="button" type="button" size="sm" underline="always" onClick={draft.take}>
        Take it
      </Anchor>
    </Text>
  );
}
