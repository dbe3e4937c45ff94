import styles from "./Difference.module.css";

/** A difference as the worker wrote it: what was expected and is missing, what came instead. */
export function Difference({ text }: { text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={styles["frame"]} tabIndex={0} aria-label="Difference">
      <pre className={styles["difference"]}>
        {text.split("\n").map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing but their place
          <span key={index} data-sign={signOf(line)}>
            {line}
            {"\n"}
          </span>
        ))}
      </pre>
    </section>
  );
}

function signOf(line: string): string | undefined {
  const first = line.trimStart().charAt(0);
  return first === "+" || first === "-" ? first : undefined;
}
