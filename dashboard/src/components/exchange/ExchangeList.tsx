import { Text } from "@mantine/core";
import { byStep, type Exchange, headingOf } from "../../lib/attempts";
import { count } from "../../lib/format";
import { ExchangeView } from "./ExchangeView";
import styles from "./ExchangeView.module.css";

/** What was sent and answered, step by step. Of a step that was repeated the last request is open. */
export function ExchangeList({ exchanges }: { exchanges: readonly Exchange[] }) {
  const steps = byStep(exchanges);
  return (
    <>
      {steps.map(({ last, earlier }) => (
        <div key={last.key}>
          <ExchangeView exchange={last} heading={headingOf(last, steps.length === 1)}>
            {earlier.length > 0 && <Earlier exchanges={earlier} />}
          </ExchangeView>
        </div>
      ))}
    </>
  );
}

function Earlier({ exchanges }: { exchanges: readonly Exchange[] }) {
  return (
    <details className={styles["earlier"]}>
      <summary>
        <Text size="sm" component="span">
          {count(exchanges.length, "earlier request")}
        </Text>
      </summary>
      {exchanges.map((exchange, index) => (
        <ExchangeView key={exchange.key} exchange={exchange} heading={`Request ${index + 1}`} />
      ))}
    </details>
  );
}
