import type { Origin, RunContext } from "../data/context";
import type { Catalogue, Edge } from "../data/tests";
import { shortName } from "./format";

/** One value that a run knows. */
export interface ContextValue {
  /** How a template names it. */
  readonly reference: string;
  readonly value: unknown;
  readonly isSecret: boolean;
  readonly origin: Origin | null;
  readonly testId: string | null;
  /** The tests whose templates name it. */
  readonly users: readonly { id: string; name: string }[];
}

/** The values of a context, tokens first, each with its origin and who uses it. */
export function valuesOf(context: RunContext, catalogue: Catalogue): ContextValue[] {
  const origins = new Map(
    context.provenance.map((origin) => [`${origin.kind} ${origin.name}`, origin]),
  );
  const captures = new Map(context.provenance.map((one) => [`${one.test} ${one.name}`, one]));
  const finish = finisher(catalogue);
  const tokens = context.tokens.map((name) =>
    finish(`tokens.${name}`, "***", true, origins.get(`token ${name}`) ?? null),
  );
  const variables = Object.entries(context.variables).map(([name, value]) =>
    finish(name, value, value === "***", origins.get(`variable ${name}`) ?? null),
  );
  const own = Object.entries(context.captured).flatMap(([test, values]) =>
    Object.entries(values)
      .filter(([name]) => !isShared(context, test, name))
      .map(([name, value]) =>
        finish(
          `captured_data.${shortName(test)}.${name}`,
          value,
          value === "***",
          captures.get(`${test} ${name}`) ?? { kind: "data", name, test },
        ),
      ),
  );
  return [...tokens, ...variables, ...own];
}

/** What a test shares stands among its captures, too: it is shown once. */
function isShared(context: RunContext, test: string, name: string): boolean {
  return context.provenance.some(
    (origin) =>
      origin.test === test &&
      origin.name === name &&
      (origin.kind === "token" || origin.kind === "variable"),
  );
}

function finisher(catalogue: Catalogue) {
  return (
    reference: string,
    value: unknown,
    isSecret: boolean,
    origin: Origin | null,
  ): ContextValue => {
    const testId = origin === null ? null : (catalogue.byName.get(origin.test)?.id ?? null);
    const users = catalogue.edges
      .filter((edge) => edge.from === testId && names(edge, reference))
      .map((edge) => ({ id: edge.to, name: catalogue.byId.get(edge.to)?.fullName ?? edge.to }));
    return { reference, value, isSecret, origin, testId, users };
  };
}

/** Whether one of the reasons of an edge is this value: "uses tokens.access_token in auth.bearer". */
function names(edge: Edge, reference: string): boolean {
  // Another suite's test goes by its full name.
  const written = escaped(reference).replace("captured_data\\.", "captured_data\\.(?:[^ /]+/)?");
  const pattern = new RegExp(`\\buses ${written}(?!\\w)`);
  return edge.reasons.some((reason) => pattern.test(reason));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
