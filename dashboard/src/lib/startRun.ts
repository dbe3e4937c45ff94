import type { Run } from "../data/runs";

/** What of a project's suites a run runs; without suites all of them. */
export interface Selection {
  readonly suites: string[];
  readonly only: string[];
  readonly tags: string[];
}

/** What a run was asked to run. */
export function selectionOf(run: Pick<Run, "suites" | "selection">): Selection {
  const { only = [], tags = [] } = run.selection as { only?: string[]; tags?: string[] };
  return { suites: run.suites, only, tags };
}

/** The environment that is chosen first: where the run before was, if that is still there. */
export function firstChoice(
  names: readonly string[],
  before: Pick<Run, "environments"> | null,
): string | null {
  const last = before?.environments?.name;
  return (last !== undefined && names.includes(last) ? last : names[0]) ?? null;
}
