import type { Run } from "../data/runs";
import { shortName } from "./format";

interface Selection {
  readonly only?: readonly string[];
  readonly tags?: readonly string[];
}

/** What a run ran, in few words. */
export function titleOf(run: Pick<Run, "suites" | "selection" | "source">): string {
  const { only = [], tags = [] } = run.selection as Selection;
  const what = run.suites.length === 0 ? "all suites" : run.suites.join(", ");
  const isRetry = (run.source as { retry_of?: string }).retry_of !== undefined;
  const parts = [isRetry ? `${what}: what did not pass` : what];
  if (only.length > 0 && !isRetry) parts.push(namesOf(only));
  if (tags.length > 0) parts.push(`tagged ${tags.join(", ")}`);
  return parts.join(" · ");
}

function namesOf(only: readonly string[]): string {
  const shown = only.slice(0, 2).map(shortName).join(", ");
  return only.length > 2 ? `${shown} and ${only.length - 2} more` : shown;
}

/** The tests that a run's summary names as the chain that decided how long it took. */
export function criticalPathOf(run: Pick<Run, "summary"> | null): readonly string[] {
  const path = (run?.summary as { critical_path?: unknown } | undefined)?.critical_path;
  return Array.isArray(path) ? path.filter((name) => typeof name === "string") : [];
}
