import { Button, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import type { Change } from "../../components/forms/SavingForm";
import { Problem } from "../../components/Loaded";

interface EntryFormProps {
  readonly change: Change;
  submit(): void;
  /** What stands on the button. */
  readonly button: string;
  readonly children: ReactNode;
}

/** A form that is all there is on the page: its button is as wide as its fields. */
export function EntryForm({ change, submit, button, children }: EntryFormProps) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack>
        {change.error ? <Problem error={change.error} /> : null}
        {children}
        <Button type="submit" loading={change.isPending} fullWidth>
          {button}
        </Button>
      </Stack>
    </form>
  );
}
