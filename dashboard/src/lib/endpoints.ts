/** What of the endpoints is looked for. */
export interface EndpointFilter {
  readonly text: string;
  /** Only those that no test calls. */
  readonly isUncovered: boolean;
}

interface Listed {
  readonly method: string;
  readonly path: string;
  readonly name: string;
  readonly operation_id: string | null;
  readonly tags: readonly string[];
  readonly tests: number;
}

export function matching<T extends Listed>(all: readonly T[], filter: EndpointFilter): T[] {
  const wanted = filter.text.trim().toLowerCase();
  return all.filter(
    (endpoint) =>
      (!filter.isUncovered || endpoint.tests === 0) &&
      [endpoint.method, endpoint.path, endpoint.name, endpoint.operation_id ?? "", ...endpoint.tags]
        .join(" ")
        .toLowerCase()
        .includes(wanted),
  );
}

export interface Coverage {
  readonly covered: number;
  readonly total: number;
  /** Null while there is nothing to cover. */
  readonly percent: number | null;
}

export function coverageOf(all: readonly Pick<Listed, "tests">[]): Coverage {
  const covered = all.filter(({ tests }) => tests > 0).length;
  return {
    covered,
    total: all.length,
    percent: all.length === 0 ? null : (100 * covered) / all.length,
  };
}
