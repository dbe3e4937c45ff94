import { SegmentedControl, Stack, Text } from "@mantine/core";
import { useId } from "react";
import type { Priority } from "../data/words";

const PRIORITIES: Priority[] = ["low", "medium", "high", "critical"];

/** Which queue a run waits in. */
export function PriorityField({
  value,
  change,
}: {
  value: Priority;
  change: (next: Priority) => void;
}) {
  const id = useId();
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500} id={id}>
        Priority
      </Text>
      <SegmentedControl
        aria-labelledby={id}
        data={PRIORITIES}
        value={value}
        onChange={(next) => change(next as Priority)}
      />
    </Stack>
  );
}
