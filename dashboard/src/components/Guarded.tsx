import { Tooltip } from "@mantine/core";
import type { ReactElement } from "react";
import type { Role } from "../data/words";

/** Around a button that not everybody may press: says why it cannot be pressed. */
export function Guarded({
  may,
  needed,
  children,
}: {
  may: boolean;
  needed: Role;
  children: ReactElement;
}) {
  if (may) return children;
  return (
    <Tooltip label={`Needs the role ${needed}. An admin of the organization gives it.`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its tooltip must be reachable by keyboard */}
      <span tabIndex={0} style={{ display: "inline-block" }}>
        {children}
      </span>
    </Tooltip>
  );
}
