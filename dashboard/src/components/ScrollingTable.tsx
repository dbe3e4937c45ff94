import { Table } from "@mantine/core";
import type { ReactNode } from "react";

interface ScrollingTableProps {
  /** What is in it. */
  readonly label: string;
  readonly minWidth: number;
  readonly maxHeight?: number;
  readonly children: ReactNode;
}

/** Around a table that may be wider than a phone: it scrolls by itself, also with the keyboard. */
export function ScrollingTable({ label, minWidth, maxHeight, children }: ScrollingTableProps) {
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      {...(maxHeight !== undefined && { mah: maxHeight })}
      type="native"
      role="region"
      aria-label={label}
      tabIndex={0}
    >
      {children}
    </Table.ScrollContainer>
  );
}
