import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import { Link } from "react-router";
import type { Result } from "../data/results";
import type { Catalogue } from "../data/tests";
import type { Verdict } from "../data/words";
import { duration } from "../lib/format";
import { type Bar, marksFor, type Side, sideOfTime, timelineOf } from "../lib/timeline";
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
      <Axis span={span} hasCritical={critical.size > 0} />
      <ol className={styles["list"]} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => {
          const bar = bars[item.index] as Bar;
          const name = catalogue.byId.get(bar.testId)?.fullName ?? bar.testId;
          return (
            <li
              key={bar.testId}
              className={styles["row"]}
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
            >
              <Link to={hrefOf(bar.testId)} className={styles["link"] ?? ""}>
                <Name name={name} verdict={bar.verdict} isCritical={critical.has(name)} />
                <Track bar={bar} span={span} />
              </Link>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Axis({ span, hasCritical }: { span: number; hasCritical: boolean }) {
  return (
    <div className={styles["axis"]} aria-hidden>
      <span className={styles["corner"]}>{hasCritical && "★ on the critical path"}</span>
      <span className={styles["track"]}>
        {marksFor(span).map((mark) => (
          <span key={mark} className={styles["mark"]} style={{ left: `${(100 * mark) / span}%` }}>
            {mark === 0 ? "0" : duration(mark)}
          </span>
        ))}
      </span>
    </div>
  );
}

interface NameProps {
  readonly name: string;
  readonly verdict: Verdict;
  readonly isCritical: boolean;
}

function Name({ name, verdict, isCritical }: NameProps) {
  return (
    <span className={styles["name"]} data-critical={isCritical} title={name}>
      <StateIcon state={verdict} size={14} />
      <span className={styles["text"]}>{name}</span>
      {isCritical && <span title="on the critical path">★</span>}
    </span>
  );
}

/** When it ran: a bar, and beside it how long that was. */
function Track({ bar: { start, length, verdict }, span }: { bar: Bar; span: number }) {
  const side = sideOfTime(start, length, span);
  return (
    <span className={styles["track"]}>
      <span
        className={styles["bar"]}
        title={`${duration(length)}, after ${duration(start)}`}
        style={{
          left: `${(100 * start) / span}%`,
          width: `${(100 * length) / span}%`,
          background: `var(--${verdict})`,
        }}
      />
      <span
        className={styles["time"]}
        data-side={side}
        style={placeOfTime(side, start, length, span)}
      >
        {duration(length)}
      </span>
    </span>
  );
}

function placeOfTime(side: Side, start: number, length: number, span: number) {
  const [begin, end] = [(100 * start) / span, (100 * (start + length)) / span];
  if (side === "after") return { left: `${end}%` };
  return { right: `${100 - (side === "before" ? begin : end)}%` };
}
