import { Text, Title } from "@mantine/core";
import type { Capture } from "../../data/evidence";
import { asLine } from "../../lib/json";
import styles from "./CaptureList.module.css";

/** The values that were taken from the answer for other tests. */
export function CaptureList({ captures }: { captures: readonly Capture[] }) {
  return (
    <section className={`card ${styles["list"]}`} aria-label="Captures">
      <Title order={3} size="h6" mb={6}>
        Captured
      </Title>
      {captures.map((capture) => (
        <div key={`${capture.target} ${capture.name}`} className={styles["row"]}>
          <code>{capture.target === "token" ? `tokens.${capture.name}` : capture.name}</code>
          <Text size="xs" c="dimmed" component="span">
            {capture.source}
          </Text>
          <span className={styles["value"]}>{asLine(capture.value)}</span>
        </div>
      ))}
    </section>
  );
}
