/** A body made readable when it is JSON, and left alone when it is not. */
export function prettyBody(body: string | null | undefined): { text: string; isJson: boolean } {
  if (!body) return { text: "", isJson: false };
  const start = body.trimStart().charAt(0);
  if (start !== "{" && start !== "[") return { text: body, isJson: false };
  try {
    return { text: JSON.stringify(JSON.parse(body), null, 2), isJson: true };
  } catch {
    return { text: body, isJson: false };
  }
}

/** A value as people read it: texts as they are, everything else as JSON. */
export function asText(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value, null, 2) ?? "nothing";
}

/** A value on one line, for tables. */
export function asLine(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
}
