import { Textarea } from "@mantine/core";

/** What people say of something, as long as they like. */
export function DescriptionField({ value, set }: { value: string; set(value: string): void }) {
  return (
    <Textarea
      label="Description"
      autosize
      minRows={1}
      maxLength={20_000}
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}
