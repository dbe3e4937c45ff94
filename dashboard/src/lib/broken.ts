/** As browsers say that a part of a program did not come. */
const NOT_LOADED =
  /dynamically imported module|module script failed|unable to preload|is not a valid javascript mime type/i;

/** Whether a page's program did not come, as opposed to having gone wrong. */
export function isNotLoaded(error: unknown): boolean {
  return error instanceof Error && NOT_LOADED.test(error.message);
}

interface Asked {
  readonly data: unknown;
  readonly error: unknown;
}

/** What went wrong where nothing is known yet. What was read before stays in sight when reading it again fails. */
export function problemOf(...asked: readonly Asked[]): unknown {
  return asked.find(({ data, error }) => data === undefined && error)?.error ?? null;
}
