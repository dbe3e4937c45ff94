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
            {earlier.length > 0 && <Earlier last={last} exchanges={earlier} />}
          </ExchangeView>
        </div>
      ))}
    </>
  );
}

interface EarlierProps {
  readonly last: Exchange;
  readonly exchanges: readonly Exchange[];
}

function Earlier({ last, exchanges }: EarlierProps) {
  // Of many polls a worker keeps the first and the last.
  const sent = Math.max(exchanges.length, (last.iteration ?? 1) - 1);
  const left = sent > exchanges.length ? `, ${exchanges.length} of them kept` : "";
  return (
    <details className={styles["earlier"]}>
      <summary>
        <Text size="sm" component="span">
          {count(sent, "earlier request")}
          {left}
        </Text>
      </summary>
      {exchanges.map((exchange, index) => (
        <ExchangeView
          key={exchange.key}
          exchange={exchange}
          heading={`Request ${exchange.iteration ?? index + 1}`}
        />
      ))}
    </details>
  );
}
