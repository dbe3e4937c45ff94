/** What went wrong, for people: the sentence, and what to do about it. */
export class DataError extends Error {
  readonly hint: string;
  readonly code: string;

  constructor(what: string, { hint = "", code = "" } = {}) {
    super(what);
    this.name = "DataError";
    this.hint = hint;
    this.code = code;
  }

  /** Not there, or not for this person: the database does not say which. */
  get isMissing(): boolean {
    return this.code === "PT404" || this.code === "PGRST116";
  }
}

interface Failure {
  message: string;
  hint?: string | null;
  code?: string;
}

interface Answer<T> {
  data: T | null;
  error: Failure | null;
}

/** The rows of an answer. Throws DataError when it was refused, or when none came. */
export async function rowsOf<T>(answer: PromiseLike<Answer<T>>): Promise<T> {
  const { data, error } = await answer;
  if (error !== null) throw asDataError(error);
  if (data === null) throw new DataError("The answer is empty.");
  return data;
}

/** As `rowsOf`, where an empty answer is one. */
export async function rowOrNull<T>(answer: PromiseLike<Answer<T>>): Promise<T | null> {
  const { data, error } = await answer;
  if (error !== null) throw asDataError(error);
  return data;
}

/** Refusals of a write: those of row-level security say nothing a person understands. */
export async function done(answer: PromiseLike<{ error: Failure | null }>): Promise<void> {
  const { error } = await answer;
  if (error !== null) throw asDataError(error);
}

/** A change of rows that row-level security hides changes none, and says nothing: here it is refused, too. */
export async function changed(answer: PromiseLike<Answer<readonly unknown[]>>): Promise<void> {
  const rows = await rowsOf(answer);
  if (rows.length === 0) {
    throw new DataError("Nothing was changed.", {
      hint: "It is gone, or your role does not allow it.",
      code: "42501",
    });
  }
}

export function asDataError(error: unknown): DataError {
  if (error instanceof DataError) return error;
  const { message = String(error), hint, code = "" } = (error ?? {}) as Partial<Failure>;
  if (/failed to fetch|networkerror|load failed/i.test(message)) {
    return new DataError("The server cannot be reached.", {
      hint: "Are you online?",
      code: "OFFLINE",
    });
  }
  if (code === "42501") {
    return new DataError("Your role does not allow this.", {
      hint: "Ask an admin of the organization.",
      code,
    });
  }
  if (code === "57014") {
    return new DataError("That took too long.", {
      hint: "The database gave up. Try again when it has less to do.",
      code,
    });
  }
  const rule = /constraint "(\w+)"/.exec(message)?.[1];
  if (code === "23505" || (code.startsWith("23") && rule)) return ruleBroken(code, rule);
  // What an address names that was typed wrong is as little there as what is gone.
  if (code === "PGRST116" || (code === "22P02" && message.includes("type uuid"))) {
    return new DataError("There is nothing here that you may see.", {
      hint: "It is gone, or belongs to an organization of which you are no member.",
      code: "PGRST116",
    });
  }
  return new DataError(sentence(message), { hint: hint ?? "", code });
}

/** Names of constraints are sentences: they say what is wanted. */
function ruleBroken(code: string, rule = ""): DataError {
  if (code === "23505") {
    return new DataError("There is one like this already.", { hint: "Choose another name.", code });
  }
  return new DataError("A rule is broken.", { hint: sentence(rule.replaceAll("_", " ")), code });
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
