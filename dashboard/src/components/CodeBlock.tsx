import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import styles from "./CodeBlock.module.css";

/** Text as it is, to read and to copy. Long ones scroll within. */
export function CodeBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className={styles["block"]}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={styles["frame"]} tabIndex={0} aria-label={label}>
        <pre className={styles["text"]}>{text}</pre>
      </section>
      <div className={styles["copy"]}>
        <Copy text={text} label={`Copy ${label}`} />
      </div>
    </div>
  );
}

export function Copy({ text, label }: { text: string; label: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? "Copied" : label}>
          <ActionIcon variant="default" size="sm" onClick={copy} aria-label={label}>
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
