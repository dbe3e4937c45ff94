/** Who or what asked for a run, besides a person. Whoever asks writes it: nothing in it is to be believed. */
export interface RunSource {
  /** The job of a pipeline, such as "build / api-tests". */
  readonly job: string;
  /** Where that job is to be seen; empty where it says none that a browser may open. */
  readonly url: string;
  /** The project token that asked. */
  readonly token: string;
  readonly schedule: string;
  readonly retryOf: string | null;
}

export function sourceOf(source: unknown): RunSource {
  const said = (source ?? {}) as Record<string, unknown>;
  const service = textOf(said["ci"]);
  const token = (said["token"] ?? {}) as Record<string, unknown>;
  return {
    job: textOf(said["job"]) || service,
    url: webAddress(textOf(said["url"])),
    token: textOf(token["name"]),
    schedule: textOf(said["schedule"]),
    retryOf: textOf(said["retry_of"]) || null,
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The address if it is one of the web: `javascript:` and its like are nobody's job. */
function webAddress(text: string): string {
  return /^https?:\/\/[^\s/]/i.test(text) ? text : "";
}
