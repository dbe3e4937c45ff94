import { PasswordInput } from "@mantine/core";
import { SHORTEST_PASSWORD } from "../../data/account";

interface NewPasswordFieldProps {
  readonly label?: string;
  readonly value: string;
  set(value: string): void;
  readonly focused?: boolean;
}

/** A password that is made up now. It can be looked at, so that it need not be typed twice. */
export function NewPasswordField({
  label = "Password",
  value,
  set,
  focused = false,
}: NewPasswordFieldProps) {
  return (
    <PasswordInput
      label={label}
      description={`At least ${SHORTEST_PASSWORD} characters.`}
      autoComplete="new-password"
      required
      minLength={SHORTEST_PASSWORD}
      {...(focused ? { "data-autofocus": true, autoFocus: true } : {})}
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}
