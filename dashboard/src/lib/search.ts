import type { Test } from "../data/tests";

/** Whether a test is one of those that somebody looks for, by any part of its names or tags. */
export function isFound(text: string, { fullName, name, tags }: Test): boolean {
  return `${fullName} ${name} ${tags.join(" ")}`.toLowerCase().includes(text.trim().toLowerCase());
}
