import { VERDICTS } from "../data/words";
import type { Counters } from "../live/progress";
import styles from "./CountersBar.module.css";
import { StateIcon } from "./Verdict";

/** How far a run is: a bar, a colour a verdict. */
export function CountersBar({ counters }: { counters: Counters }) {
  const total = Math.max(counters.total, 1);
  const words = VERDICTS.filter((verdict) => counters[verdict] > 0)
    .map((verdict) => `${counters[verdict]} ${verdict}`)
    .join(", ");
  return (
    <div className={styles["bar"]} role="img" aria-label={words || "no test is over yet"}>
      {[...VERDICTS].reverse().map((verdict) => (
        <div
          key={verdict}
          style={{
            width: `${(100 * counters[verdict]) / total}%`,
            background: `var(--${verdict})`,
          }}
        />
      ))}
    </div>
  );
}

/** The counters as numbers; those that are nought are left out, but the passed ones. Nothing where no test is known. */
export function CountersLine({ counters }: { counters: Counters }) {
  if (counters.total === 0) return null;
  const shown = [...VERDICTS].filter((verdict) => verdict === "passed" || counters[verdict] > 0);
  return (
    <span className={`${styles["line"]} numbers`}>
      {shown.map((verdict) => (
        <span key={verdict} className={styles["count"]} title={`${counters[verdict]} ${verdict}`}>
          <StateIcon state={verdict} size={15} />
          {counters[verdict].toLocaleString("en")}
        </span>
      ))}
      <span className={styles["total"]}>of {counters.total.toLocaleString("en")}</span>
    </span>
  );
}
