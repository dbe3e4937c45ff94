import { Button, Group, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { useIsHere } from "../../lib/here";
import { Problem } from "../Loaded";

/** Whether a change is under way, and why it was refused. */
export interface Change {
  readonly error: unknown;
  readonly isPending: boolean;
}

interface SavingFormProps<T> {
  /** The one that `submit` makes. */
  readonly change: Change;
  submit(): Promise<T>;
  /** Called with what came of it, when it was not refused and the form is still there. */
  done(made: T): unknown;
  /** What stands on the button. */
  readonly button: string;
  readonly icon?: ReactNode;
  readonly color?: string;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

/** Fields, and the button that saves them. What was refused is told above them; they stay as they are. */
export function SavingForm<T>({
  change,
  submit,
  done,
  button,
  icon,
  color = "indigo",
  disabled = false,
  children,
}: SavingFormProps<T>) {
  const isHere = useIsHere();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit().then(
          (made) => isHere() && done(made),
          () => undefined,
        );
      }}
    >
      <Stack>
        {change.error ? <Problem error={change.error} /> : null}
        {children}
        <Group justify="flex-end">
          <Button
            type="submit"
            loading={change.isPending}
            disabled={disabled}
            leftSection={icon}
            color={color}
          >
            {button}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
