import { Badge, Text } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { Link } from "react-router";
import type { Result } from "../data/results";
import type { Catalogue, Test } from "../data/tests";
import type { TestState } from "../data/words";
import { duration } from "../lib/format";
import styles from "./TestTable.module.css";
import { StateIcon } from "./Verdict";

const ROW_HEIGHT = 54;

interface TestTableProps {
  readonly tests: readonly Test[];
  readonly catalogue: Catalogue;
  readonly results: ReadonlyMap<string, Result>;
  readonly stateOf: (testId: string) => TestState;
  readonly hrefOf: (testId: string) => string;
}

/** The tests of a run; only the rows that are seen exist. */
export function TestTable({ tests, catalogue, results, stateOf, hrefOf }: TestTableProps) {
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: tests.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={frame} className={`card ${styles["frame"]}`} tabIndex={0} aria-label="Tests">
      <ul className={styles["list"]} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => {
          const test = tests[item.index] as Test;
          return (
            <li
              key={test.id}
              className={styles["row"]}
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              aria-setsize={tests.length}
              aria-posinset={item.index + 1}
            >
              <Row
                test={test}
                state={stateOf(test.id)}
                result={results.get(test.id)}
                catalogue={catalogue}
                href={hrefOf(test.id)}
              />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface RowProps {
  readonly test: Test;
  readonly state: TestState;
  readonly result: Result | undefined;
  readonly catalogue: Catalogue;
  readonly href: string;
}

function Row({ test, state, result, catalogue, href }: RowProps) {
  return (
    <Link to={href} className={styles["link"] ?? ""}>
      <StateIcon state={state} />
      <span className={styles["names"]}>
        <span className={styles["name"]}>
          {test.fullName}
          {test.isQuarantined && <Tag>quarantine</Tag>}
          {test.isGone && <Tag>removed since</Tag>}
          {result?.requiredOnly && <Tag>needed</Tag>}
          {(result?.attempts ?? 1) > 1 && <Tag>{`${result?.attempts} attempts`}</Tag>}
        </span>
        <Text size="xs" c="dimmed" truncate>
          {reasonOf(result, catalogue) || test.name}
        </Text>
      </span>
      <span className={`${styles["number"]} ${styles["status"]}`}>{result?.statusCode ?? ""}</span>
      <span className={styles["number"]}>
        {result?.totalMs == null ? "" : duration(result.totalMs)}
      </span>
    </Link>
  );
}

function Tag({ children }: { children: string }) {
  return (
    <Badge size="xs" variant="default" ml={8} tt="none">
      {children}
    </Badge>
  );
}

function reasonOf(result: Result | undefined, catalogue: Catalogue): string {
  if (result === undefined || result.verdict === "passed") return "";
  const cause = result.blockedBy === null ? undefined : catalogue.byId.get(result.blockedBy);
  if (cause !== undefined) return `blocked by ${cause.fullName}`;
  return result.reason.split("\n", 1)[0] ?? "";
}
