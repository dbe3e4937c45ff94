import type { Detail } from "../data/evidence";
import type { Verdict } from "../data/words";
import { type Exchange, intoAttempts } from "./attempts";

/** What was done for a test after it had its result. */
export interface Later {
  readonly id: string;
  readonly title: string;
  readonly state: Verdict;
  readonly reason: string;
  readonly exchanges: readonly Exchange[];
}

interface Step {
  readonly step?: number;
  readonly iteration?: number;
  readonly name?: string;
  readonly evidence?: readonly { kind: string; content: unknown }[];
}

interface CleanupContent {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly steps?: readonly Step[];
}

interface RenewalContent {
  readonly tokens: readonly string[];
  readonly cause: string;
  readonly wanted_by: string;
  readonly worked: boolean;
  readonly reason: string;
  readonly attempts?: readonly { steps?: readonly Step[] }[];
}

/** The undo of a test, and the runs of it for tokens that had ended, with all that was sent. */
export function laterOf(details: readonly Detail[]): Later[] {
  return details.flatMap((detail) => {
    if (detail.kind === "cleanup") return [cleanup(detail.id, detail.content as CleanupContent)];
    if (detail.kind === "renewal") return [renewal(detail.id, detail.content as RenewalContent)];
    return [];
  });
}

function cleanup(id: string, { verdict, reason, steps = [] }: CleanupContent): Later {
  return { id, title: "Cleaned up", state: verdict, reason, exchanges: exchangesOf(id, steps) };
}

function renewal(id: string, content: RenewalContent): Later {
  const { tokens, cause, wanted_by: wantedBy, worked, reason, attempts = [] } = content;
  const steps = attempts.flatMap((attempt) => attempt.steps ?? []);
  return {
    id,
    title: `Renewed ${tokens.join(", ")} for ${wantedBy}: ${cause}`,
    state: worked ? "passed" : "failed",
    reason,
    exchanges: exchangesOf(id, steps),
  };
}

function exchangesOf(id: string, steps: readonly Step[]): Exchange[] {
  const details = steps.flatMap((step, index) =>
    (step.evidence ?? []).map(
      ({ kind, content }, position): Detail => ({
        id: `${id}-${index}-${position}`,
        kind,
        attempt: 1,
        step: step.step ?? index,
        iteration: step.iteration ?? null,
        position,
        level: null,
        content,
      }),
    ),
  );
  const names = new Map(steps.map((step, index) => [step.step ?? index, step.name ?? ""]));
  return intoAttempts(details)
    .flatMap((attempt) => attempt.exchanges)
    .map((exchange) => ({ ...exchange, name: names.get(exchange.step ?? 0) ?? "" }));
}
