import type { Origin } from "../data/context";
import type { Detail } from "../data/evidence";
import { asLine } from "./json";

interface ContextDetail {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly captured_data?: Readonly<Record<string, unknown>>;
  readonly provenance?: readonly Origin[];
}

/** A value that a test added to what its run knows. */
export interface Added {
  /** As other tests write it. */
  readonly name: string;
  readonly value: string;
  readonly capture: string | null;
}

/** What a test added, in the order in which it captured it. Tokens have no value here. */
export function addedBy(details: readonly Detail[]): Added[] {
  const context = (details.find(({ kind }) => kind === "context")?.content ?? {}) as ContextDetail;
  return (context.provenance ?? []).map(({ kind, name, capture }) => ({
    name: kind === "token" ? `tokens.${name}` : name,
    value: asLine(context.captured_data?.[name] ?? context.variables?.[name] ?? "***"),
    capture: capture ?? null,
  }));
}
