import { Tooltip } from "@mantine/core";
import styles from "./LiveBadge.module.css";

/** Whether the page hears what happens; when not, it says what it does instead. */
export function LiveBadge({ isLive }: { isLive: boolean }) {
  const words = isLive
    ? "This page is told what happens, the moment it happens."
    : "The live connection is away. The page reads again every few seconds, and joins when it can.";
  return (
    <Tooltip label={words} multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its tooltip must be reachable by keyboard */}
      <span className={styles["badge"]} data-live={isLive} role="status" tabIndex={0}>
        <span className={styles["dot"]} aria-hidden />
        {isLive ? "Live" : "Not live"}
      </span>
    </Tooltip>
  );
}
