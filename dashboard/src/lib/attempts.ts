import type {
  Assertion,
  AttemptNote,
  Capture,
  Detail,
  ReceivedResponse,
  SentRequest,
} from "../data/evidence";

/** One request with its answer, and what was made of it. */
export interface Exchange {
  readonly key: string;
  readonly step: number | null;
  readonly iteration: number | null;
  /** What the file calls the step; empty for one without a name. */
  readonly name: string;
  request: SentRequest | null;
  response: ReceivedResponse | null;
  readonly assertions: Assertion[];
  readonly captures: Capture[];
  readonly logs: { level: string | null; text: string }[];
}

export interface Attempt {
  readonly number: number;
  note: AttemptNote | null;
  readonly exchanges: Exchange[];
}

/** Evidence by attempt and exchange. What belongs to none (context, clean-ups) is left out. */
export function intoAttempts(details: readonly Detail[]): Attempt[] {
  const attempts = new Map<number, Attempt>();
  for (const detail of details) {
    if (!ATTEMPT_KINDS.has(detail.kind)) continue;
    const attempt = attempts.get(detail.attempt) ?? {
      number: detail.attempt,
      note: null,
      exchanges: [],
    };
    attempts.set(detail.attempt, attempt);
    place(detail, attempt);
  }
  return [...attempts.values()].map(withNames).sort((a, b) => a.number - b.number);
}

function withNames(attempt: Attempt): Attempt {
  const names = new Map(attempt.note?.steps?.map(({ step, name }) => [step, name]));
  const exchanges = attempt.exchanges.map((exchange) => ({
    ...exchange,
    name: (exchange.step === null ? undefined : names.get(exchange.step)) ?? exchange.name,
  }));
  return { ...attempt, exchanges };
}

/** The requests of one step: the last, which decided, and those before it. */
export interface Repeated {
  readonly last: Exchange;
  readonly earlier: readonly Exchange[];
}

/** Requests of one step that follow each other are one: polls, and what a renewed token let go again. */
export function byStep(exchanges: readonly Exchange[]): Repeated[] {
  const groups: Exchange[][] = [];
  for (const exchange of exchanges) {
    const group = groups.at(-1);
    if (group?.[0]?.step === exchange.step) group.push(exchange);
    else groups.push([exchange]);
  }
  return groups.flatMap((group) => {
    const last = group.at(-1);
    return last === undefined ? [] : [{ last, earlier: group.slice(0, -1) }];
  });
}

/** What stands above a request; nothing where it is the only one. */
export function headingOf({ step, name }: Exchange, isOnly: boolean): string {
  if (step === null || (isOnly && name === "")) return "";
  return name === "" ? `Step ${step + 1}` : `Step ${step + 1}: ${name}`;
}

const ATTEMPT_KINDS = new Set(["attempt", "request", "response", "assertion", "capture", "log"]);

function place(detail: Detail, attempt: Attempt): void {
  if (detail.kind === "attempt") {
    attempt.note = detail.content as AttemptNote;
    return;
  }
  const exchange = exchangeFor(detail, attempt);
  if (detail.kind === "request") exchange.request = detail.content as SentRequest;
  if (detail.kind === "response") exchange.response = detail.content as ReceivedResponse;
  if (detail.kind === "assertion") exchange.assertions.push(detail.content as Assertion);
  if (detail.kind === "capture") exchange.captures.push(detail.content as Capture);
  if (detail.kind === "log")
    exchange.logs.push({ level: detail.level, text: textOf(detail.content) });
}

function exchangeFor(detail: Detail, attempt: Attempt): Exchange {
  const last = attempt.exchanges.at(-1);
  const same = last && last.step === detail.step && last.iteration === detail.iteration;
  // A second request of the same step begins anew: a poll, or a request after a renewed token.
  const isNew = detail.kind === "request" && last?.request !== null && last?.request !== undefined;
  if (last && same && !isNew) return last;
  const exchange: Exchange = {
    key: detail.id,
    step: detail.step,
    iteration: detail.iteration,
    name: "",
    request: null,
    response: null,
    assertions: [],
    captures: [],
    logs: [],
  };
  attempt.exchanges.push(exchange);
  return exchange;
}

function textOf(content: unknown): string {
  const text = (content as { message?: unknown; text?: unknown } | null) ?? {};
  if (typeof text.message === "string") return text.message;
  if (typeof text.text === "string") return text.text;
  return JSON.stringify(content);
}
