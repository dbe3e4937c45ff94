import { Button, type ButtonProps, Modal } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { type ReactNode, useRef, useState } from "react";
import type { Role } from "../../data/words";
import { Guarded } from "../Guarded";

interface FormDialogueProps {
  /** What stands on the button. */
  readonly label: string;
  /** What stands above the form; as on the button, unless it is said. */
  readonly title?: string;
  readonly may?: boolean;
  readonly needed?: Role;
  readonly variant?: ButtonProps["variant"];
  readonly icon?: ReactNode;
  readonly size?: "md" | "lg";
  /** Whether the button is one of many. */
  readonly isSmall?: boolean;
  /** Another thing to press than a button with the label. */
  trigger?(open: () => void): ReactNode;
  /** The form. It is made when the dialogue opens, so that what was filled in before is forgotten. */
  children(close: () => void): ReactNode;
}

/** A button, and the dialogue behind it in which something is filled in. */
export function FormDialogue({
  label,
  title = label,
  may = true,
  needed = "admin",
  variant = "filled",
  icon = <IconPlus size={16} />,
  size = "md",
  isSmall = false,
  trigger,
  children,
}: FormDialogueProps) {
  const [isOpen, setIsOpen] = useState(false);
  const opener = useRef<Element | null>(null);
  const open = () => {
    opener.current = document.activeElement;
    setIsOpen(true);
  };
  const close = () => setIsOpen(false);
  return (
    <>
      {trigger?.(open) ?? (
        <Guarded may={may} needed={needed}>
          <Button
            variant={variant}
            size={isSmall ? "xs" : "sm"}
            leftSection={icon}
            disabled={!may}
            onClick={open}
          >
            {label}
          </Button>
        </Guarded>
      )}
      <Modal
        opened={isOpen}
        onClose={close}
        onExitTransitionEnd={() => giveFocusBack(opener.current)}
        title={title}
        size={size}
        // A click beside it would lose what was filled in, or a token that is shown once.
        closeOnClickOutside={false}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        {children(close)}
      </Modal>
    </>
  );
}

/** The library does so too, but not where a dialogue is left before it has taken the focus. */
function giveFocusBack(opener: Element | null) {
  const at = document.activeElement;
  const isNowhere = at === document.body || at?.closest("[role=dialog]");
  if (isNowhere && opener instanceof HTMLElement) opener.focus({ preventScroll: true });
}
