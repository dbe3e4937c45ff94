import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import { Link } from "react-router";
import type { Result } from "../data/results";
import type { Catalogue } from "../data/tests";
import { duration } from "../lib/format";
import { marksFor, timelineOf } from "../lib/timeline";
import styles from "./Timeline.module.css";
import { StateIcon } from "./Verdict";

const ROW_HEIGHT = 28;

interface TimelineProps {
  readonly results: ReadonlyMap<string, Result>;
  readonly catalogue: Catalogue;
  /** Full names of the tests that decided how long the run took. */
  readonly criticalPath: readonly string[];
  readonly hrefOf: (testId: string) => string;
}

/** When each test ran, and for how long. */
export function Timeline({ results, catalogue, criticalPath, hrefOf }: TimelineProps) {
  const frame = useRef<HTMLDivElement>(null);
  const { bars, span } = useMemo(() => timelineOf(results.values()), [results]);
  const critical = useMemo(() => new Set(criticalPath), [criticalPath]);
  const rows = useVirtualizer({
    count: bars.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 20,
  });
  return (
    <section
      ref={frame}
      className={`card ${styles["frame"]}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label="Timeline of the tests"
    >
      <div className={styles["axis"]} aria-hidden>
        <span className={styles["corner"]}>{critical.size > 0 && "★ on the critical path"}</span>
        <span className={styles["track"]}>
          {marksFor(span).map((mark) => (
            <span key={mark} className={styles["mark"]} style={{ left: `${(100 * mark) / span}%` }}>
              {mark === 0 ? "0" : duration(mark)}
            </span>
          ))}
        </span>
      </div>
      <ol className={styles["list"]} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => {
          const bar = bars[item.index];
          const result = bar && results.get(bar.testId);
          if (bar === undefined || result === undefined) return null;
          const name = catalogue.byId.get(bar.testId)?.fullName ?? bar.testId;
          const isCritical = critical.has(name);
          return (
            <li
              key={bar.testId}
              className={styles["row"]}
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
            >
              <Link to={hrefOf(bar.testId)} className={styles["link"] ?? ""}>
                <span className={styles["name"]} data-critical={isCritical}>
                  <StateIcon state={result.verdict} size={14} />
                  <span className={styles["text"]}>{name}</span>
                  {isCritical && <span title="on the critical path">★</span>}
                </span>
                <span className={styles["track"]}>
                  <span
                    className={styles["bar"]}
                    title={`${duration(bar.length)}, after ${duration(bar.start)}`}
                    style={{
                      left: `${(100 * bar.start) / span}%`,
                      width: `${(100 * bar.length) / span}%`,
                      background: `var(--${result.verdict})`,
                    }}
                  />
                  <span
                    className={styles["time"]}
                    data-left={bar.start + bar.length > span * 0.86}
                    style={placeOfTime(bar.start, bar.length, span)}
                  >
                    {duration(bar.length)}
                  </span>
                </span>
              </Link>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** Beside the bar, on the side where there is room. */
function placeOfTime(start: number, length: number, span: number) {
  return start + length > span * 0.86
    ? { right: `${100 - (100 * start) / span}%` }
    : { left: `${(100 * (start + length)) / span}%` };
}
