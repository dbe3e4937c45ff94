import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { FormDialogue } from "./FormDialogue";
import { type Change, SavingForm } from "./SavingForm";

interface ConfirmedProps {
  /** What is asked, such as "Remove staging?". */
  readonly question: string;
  /** What will be lost, and what will stay. */
  readonly children: ReactNode;
  /** What stands on the button that does it. */
  readonly button: string;
  readonly change: Change;
  act(): Promise<unknown>;
  trigger(open: () => void): ReactNode;
}

/** Something that cannot be taken back: it is done when it was asked and answered. */
export function Confirmed({ question, children, button, change, act, trigger }: ConfirmedProps) {
  return (
    <FormDialogue label={question} trigger={trigger}>
      {(close) => (
        <SavingForm change={change} submit={act} done={close} button={button} color="red.9">
          <Text size="sm">{children}</Text>
        </SavingForm>
      )}
    </FormDialogue>
  );
}
