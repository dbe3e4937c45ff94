import { duration } from "./format";

interface Lived {
  readonly kind: string;
  readonly ttl_seconds: number | null;
  readonly cleanup: string;
  readonly cleanup_after_seconds: number | null;
  readonly suite_id: string | null;
}

/** How long what a fixture makes or keeps lives. */
export function lifeOf({ ttl_seconds: ttl, cleanup, cleanup_after_seconds: after }: Lived): string {
  if (cleanup === "manual") return "until somebody removes it";
  const seconds = cleanup === "delayed" ? (after ?? ttl) : ttl;
  if (seconds !== null) return duration(seconds * 1000);
  return "the run";
}

interface OfSuite {
  readonly key: string;
  readonly suite_id: string | null;
  readonly project_id: string;
}

export interface FixtureGroup<T> {
  readonly title: string;
  readonly note: string;
  readonly suiteId: string | null;
  readonly fixtures: readonly T[];
}

/** By the suite that has them, in the order of names; then those of no suite, then those of other projects. */
export function bySuite<T extends OfSuite>(
  all: readonly T[],
  projectId: string,
  suites: readonly { readonly id: string; readonly key: string }[],
): FixtureGroup<T>[] {
  const sorted = [...all].sort((a, b) => a.key.localeCompare(b.key));
  const here = sorted.filter((fixture) => fixture.project_id === projectId);
  const groups = suites.map(
    ({ id, key }): FixtureGroup<T> => ({
      title: key,
      note: "",
      suiteId: id,
      fixtures: here.filter((fixture) => fixture.suite_id === id),
    }),
  );
  return [
    ...groups,
    {
      title: "Of no suite",
      note: "They are kept and shown; a suite reads those of its own file.",
      suiteId: null,
      fixtures: here.filter((fixture) => fixture.suite_id === null),
    },
    {
      title: "Shared by other projects",
      note: "",
      suiteId: null,
      fixtures: sorted.filter((fixture) => fixture.project_id !== projectId),
    },
  ].filter(({ fixtures }) => fixtures.length > 0);
}
