import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import styles from "./Rows.module.css";

export interface Column<T> {
  /** Stands above it, and on a phone beside it; empty for what explains itself. */
  readonly title: string;
  /** Stands above it instead. */
  readonly head?: ReactNode;
  /** Points. */
  readonly width?: number;
  /** A small thing, such as a box to tick, that stays before the next one on a phone. */
  readonly isLead?: boolean;
  /** Less wanted than the room it would take on a phone. */
  readonly isWideOnly?: boolean;
  cell(row: T): ReactNode;
}

interface RowsProps<T> {
  /** What is in it. */
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  keyOf(row: T): string;
  /** Whether it stands by itself on the page. */
  readonly isCard?: boolean;
  /** Points; what is higher scrolls by itself, also with the keyboard. */
  readonly maxHeight?: number;
}

/** A table. On a phone each row stands by itself, its columns below each other: nothing is out of sight. */
export function Rows<T>({ label, columns, rows, keyOf, isCard, maxHeight }: RowsProps<T>) {
  return (
    <div className={`${styles["frame"]} ${isCard ? "card" : ""}`} {...scrolling(label, maxHeight)}>
      <Table
        {...(maxHeight === undefined && { "aria-label": label })}
        // Where rows are no longer drawn as a table, browsers forget that they are one.
        role="table"
        className={`${styles["table"]} numbers`}
        verticalSpacing={isCard ? "sm" : "xs"}
        horizontalSpacing={isCard ? "md" : "xs"}
      >
        <Table.Thead role="rowgroup" data-kept={columns.some((column) => column.isLead)}>
          <Table.Tr role="row">
            {columns.map(({ title, head, width, isLead, isWideOnly }) => (
              <Table.Th
                key={title}
                role="columnheader"
                w={width}
                data-lead={isLead}
                data-wide={isWideOnly}
              >
                {head ?? title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody role="rowgroup">
          {rows.map((row) => (
            <Table.Tr key={keyOf(row)} role="row">
              {columns.map(({ title, isLead, isWideOnly, cell }) => (
                <Table.Td
                  key={title}
                  role="cell"
                  data-title={title}
                  data-lead={isLead}
                  data-wide={isWideOnly}
                >
                  <div className={styles["value"]}>{cell(row)}</div>
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function scrolling(label: string, maxHeight: number | undefined) {
  if (maxHeight === undefined) return {};
  return {
    role: "region",
    tabIndex: 0,
    "aria-label": label,
    style: { maxHeight, overflow: "auto" },
  };
}
