import { useEffect, useMemo } from "react";
import { type RunPlan, useRunPlan } from "../../data/plans";
import type { Run } from "../../data/runs";
import { type Catalogue, useReadCatalogueAgain } from "../../data/tests";
import type { RunStatus } from "../../data/words";

export interface AsRan {
  /** Today's suites and tests, with the edges that the run has or had. */
  readonly catalogue: Catalogue;
  /** Null before the run began, and where none was kept. */
  readonly plan: RunPlan | null;
  /** The run has begun, and its plan is on its way. */
  readonly isPending: boolean;
  /** The run has begun, and what it set out to do is not known: its edges are those of today. */
  readonly isToday: boolean;
  /** Why what it set out to do could not be read. */
  readonly problem: unknown;
}

/** What a run knew of its project when it began; before that what the project says today. */
export function useAsRan(
  run: Pick<Run, "id" | "project_id">,
  status: RunStatus,
  today: Catalogue,
): AsRan {
  const hasBegun = status !== "queued" && status !== "preparing";
  const plan = useRunPlan(run.id, hasBegun);
  const known = plan.data ?? null;
  const again = useReadCatalogueAgain(run.project_id);
  // Tests of rows come to be when a run first meets them.
  const isUnknown = known !== null && [...known.testIds].some((id) => !today.byId.has(id));
  useEffect(() => {
    if (isUnknown) again();
  }, [isUnknown, again]);
  const catalogue = useMemo(
    () => (known === null ? today : today.withEdges(known.edges)),
    [known, today],
  );
  return {
    catalogue,
    plan: known,
    isPending: hasBegun && plan.isPending,
    isToday: hasBegun && plan.data === null,
    problem: plan.data === undefined ? plan.error : null,
  };
}
