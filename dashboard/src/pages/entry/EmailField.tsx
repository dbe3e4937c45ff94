import { TextInput } from "@mantine/core";

/** By which one signs in. */
export function EmailField({ value, set }: { value: string; set(value: string): void }) {
  return (
    <TextInput
      label="E-mail address"
      type="email"
      autoComplete="username"
      required
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}
