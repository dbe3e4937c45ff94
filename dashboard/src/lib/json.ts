/** A body made readable when it is JSON, and left alone when it is not. */
export function prettyBody(body: string | null | undefined): { text: string; isJson: boolean } {
  if (!body) return { text: "", isJson: false };
  const start = body.trimStart().charAt(0);
  if (start !== "{" && start !== "[") return { text: body, isJson: false };
  try {
    return { text: laidOut(body), isJson: true };
  } catch {
    return { text: body, isJson: false };
  }
}

/** What stands between white space: a text, a sign of its own, or a number or word. */
const PART = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
const ESCAPED = /\\u[0-9a-fA-F]{4}/;

/**
 * JSON with a line for each member and element; only white space is other than it came. Read and written anew, a key
 * that is there twice would be there once, and a number too long for a computer another one. Throws where it is none.
 */
function laidOut(body: string): string {
  JSON.parse(body);
  let [text, before, depth] = ["", "", 0];
  for (const [part] of body.matchAll(PART)) {
    const [closes, isFirst] = [isOneOf("}]", part), isOneOf("{[", before)];
    if (closes) depth -= 1;
    if (closes ? !isFirst : isFirst || before === ",") text += newLine(depth);
    else if (before === ":") text += " ";
    text += ESCAPED.test(part) ? JSON.stringify(JSON.parse(part)) : part;
    if (isOneOf("{[", part)) depth += 1;
    before = part;
  }
  return text;
}

function newLine(depth: number): string {
  return `\n${"  ".repeat(depth)}`;
}

function isOneOf(signs: string, part: string): boolean {
  return part.length === 1 && signs.includes(part);
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
