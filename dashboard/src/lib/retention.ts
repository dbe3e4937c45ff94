/** Days by kind, as the database has them. */
export type Days = Readonly<Record<string, number>>;

const WORDS: Record<string, readonly [label: string, then: string]> = {
  passed_results: ["Results that passed, were blocked or skipped", "archived, then deleted"],
  failed_results: ["Results that failed or broke", "archived, then deleted"],
  runs: ["Runs that completed", "archived after their results, then deleted"],
  failed_runs: ["Runs that failed or were cancelled", "archived after their results, then deleted"],
  production_runs: [
    "Runs in production environments",
    "archived after their results, then deleted",
  ],
  metrics: ["Daily metrics of tests", "added up by month"],
  history: ["The history of runs", "added up by day"],
  images: ["Images in answers", "deleted"],
  videos: ["Videos in answers", "deleted"],
  logs: ["Other files in answers", "deleted"],
  contexts: ["What runs knew, with its secrets", "deleted"],
};

/** The most days that may be said: a month for what holds secrets, a hundred years for everything else. */
export function mostDays(kind: string): number {
  return kind === "contexts" ? 30 : 36_500;
}

/** Kinds as they are read best: those with words first, in the order of the words. */
export function inOrder(rule: Days): [kind: string, days: number][] {
  const known = Object.keys(WORDS);
  const place = (kind: string) => (known.includes(kind) ? known.indexOf(kind) : known.length);
  return Object.entries(rule).sort(([a], [b]) => place(a) - place(b));
}

/** What a kind is called. One that this page does not know yet goes by its own name. */
export function labelOf(kind: string): string {
  return WORDS[kind]?.[0] ?? kind.replaceAll("_", " ");
}

/** What there is so many of: rows are taken from runs, files are files. */
export function unitOf(kind: string): string {
  return ["images", "videos", "logs"].includes(kind) ? "file" : "run";
}

/** What becomes of it when its days are over. */
export function fateOf(kind: string): string {
  return WORDS[kind]?.[1] ?? "deleted";
}

/** What an organization has to say: where the days differ from the rule. Null is "by the rule". */
export function ownDays(rule: Days, chosen: Readonly<Record<string, number | null>>): Days {
  return Object.fromEntries(
    Object.entries(chosen).filter(
      (entry): entry is [string, number] => entry[1] !== null && entry[1] !== rule[entry[0]],
    ),
  );
}
