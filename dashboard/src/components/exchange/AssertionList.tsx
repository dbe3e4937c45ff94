import { Text } from "@mantine/core";
import type { Assertion } from "../../data/evidence";
import { nameOf } from "../../lib/assertions";
import { asLine, asText } from "../../lib/json";
import { StateIcon } from "../Verdict";
import styles from "./AssertionList.module.css";
import { Difference } from "./Difference";

/** What was expected; what did not hold stands first, with the difference. */
export function AssertionList({ assertions }: { assertions: readonly Assertion[] }) {
  const failed = assertions.filter((one) => !one.passed);
  const passed = assertions.filter((one) => one.passed);
  return (
    <section className={`card ${styles["list"]}`} aria-label="Expectations">
      {failed.map((assertion, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they never change their order
        <Failed key={index} assertion={assertion} />
      ))}
      {failed.length > 0 && passed.length > 0 ? (
        <details className={styles["passed"]}>
          <summary>{passed.length} more held</summary>
          <PassedRows assertions={passed} />
        </details>
      ) : (
        passed.length > 0 && <PassedRows assertions={passed} />
      )}
    </section>
  );
}

function Failed({ assertion }: { assertion: Assertion }) {
  const { where } = assertion;
  return (
    <div className={styles["failed"]}>
      <div className={styles["head"]}>
        <StateIcon state="failed" />
        <Text fw={650} size="sm" style={{ overflowWrap: "anywhere" }}>
          {nameOf(assertion)}
        </Text>
        {where && (
          <Text size="xs" c="dimmed" className={styles["where"] ?? ""}>
            {where.path}:{where.line}
          </Text>
        )}
      </div>
      {assertion.message && (
        <Text size="sm" mb="xs" style={{ overflowWrap: "anywhere" }}>
          {assertion.message}
        </Text>
      )}
      {assertion.difference ? (
        <Difference text={assertion.difference} />
      ) : (
        <dl className={styles["values"]}>
          <dt>expected</dt>
          <dd>{asText(assertion.expected)}</dd>
          <dt>got</dt>
          <dd>{asText(assertion.actual)}</dd>
        </dl>
      )}
    </div>
  );
}

function PassedRows({ assertions }: { assertions: readonly Assertion[] }) {
  return (
    <ul className={styles["rows"]}>
      {assertions.map((assertion, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they never change their order
        <li key={index}>
          <StateIcon state="passed" size={16} />
          <span className={styles["name"]}>{nameOf(assertion)}</span>
          <span className={styles["actual"]} title={asLine(assertion.actual)}>
            {asLine(assertion.actual)}
          </span>
        </li>
      ))}
    </ul>
  );
}
