import type { SentRequest } from "../data/evidence";

/** Headers that curl makes itself, and should: the body may be edited before it is sent. */
const OWN_HEADERS = new Set(["content-length", "host", "accept-encoding", "connection"]);

/** The request as a command for a shell. What was masked stays `***`: whoever runs it fills it in. */
export function asCurl(request: SentRequest): string {
  const parts = [`curl ${quote(request.url)}`];
  const hasBody = request.body !== null && request.body !== undefined && request.body !== "";
  if (request.method !== (hasBody ? "POST" : "GET")) parts.push(`-X ${request.method}`);
  for (const [name, value] of request.headers) {
    if (!OWN_HEADERS.has(name.toLowerCase())) parts.push(`-H ${quote(`${name}: ${value}`)}`);
  }
  if (hasBody) parts.push(`--data-raw ${quote(request.body ?? "")}`);
  return parts.join(" \\\n  ");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
