import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { type Client, useClient } from "./client";
import { rowsOf } from "./errors";
import { allRows, PAGE_ROWS } from "./paging";

export interface Test {
  readonly id: string;
  readonly suiteId: string;
  /** `<suite key>/<test key>`. */
  readonly fullName: string;
  readonly key: string;
  readonly name: string;
  readonly position: number;
  readonly priority: string;
  readonly tags: readonly string[];
  readonly isQuarantined: boolean;
  readonly skipReason: string | null;
  /** No longer in the project; what it did in runs can still be read. */
  readonly isGone: boolean;
}

export interface Suite {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly path: string;
  readonly tags: readonly string[];
  readonly version: number;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: "order" | "data" | "token";
  readonly reasons: readonly string[];
}

/** A project's suites, tests, and who waits for whom. */
export class Catalogue {
  readonly suites: readonly Suite[];
  readonly tests: readonly Test[];
  readonly edges: readonly Edge[];
  readonly byId: ReadonlyMap<string, Test>;
  readonly byName: ReadonlyMap<string, Test>;

  constructor(suites: readonly Suite[], tests: readonly Test[], edges: readonly Edge[]) {
    this.suites = suites;
    this.tests = tests;
    this.edges = edges;
    this.byId = new Map(tests.map((test) => [test.id, test]));
    this.byName = new Map(tests.map((test) => [test.fullName, test]));
  }

  /** The same suites and tests with other edges between them. */
  withEdges(edges: readonly Edge[]): Catalogue {
    return new Catalogue(this.suites, this.tests, edges);
  }

  /** The tests of these suites; of all for none. */
  testsOf(suiteKeys: readonly string[]): Test[] {
    const ids = new Set(
      this.suites.filter((suite) => suiteKeys.includes(suite.key)).map((suite) => suite.id),
    );
    return suiteKeys.length === 0
      ? [...this.tests]
      : this.tests.filter((test) => ids.has(test.suiteId));
  }

  /** These tests and all that they need, directly or not. */
  withNeeded(ids: Iterable<string>): Set<string> {
    const needs = new Map<string, string[]>();
    for (const { from, to } of this.edges) {
      const known = needs.get(to);
      if (known) known.push(from);
      else needs.set(to, [from]);
    }
    const found = new Set(ids);
    const open = [...found];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      for (const need of needs.get(id) ?? []) {
        if (!found.has(need)) {
          found.add(need);
          open.push(need);
        }
      }
    }
    return found;
  }
}

const TEST_COLUMNS =
  "id,suite_id,key,name,position,priority,tags,quarantined_at,quarantine_until,skip_reason,deleted_at" as const;

async function readRows(client: Client, projectId: string, withGone: boolean) {
  const [suites, tests, edges] = await Promise.all([
    readSuites(client, projectId, withGone),
    readTests(client, projectId, withGone),
    readEdges(client, projectId),
  ]);
  return { suites, tests, edges };
}

type Rows = Awaited<ReturnType<typeof readRows>>;

/** The same one as long as the same rows are read: what is drawn from it is not drawn anew. */
function asCatalogue({ suites, tests, edges }: Rows): Catalogue {
  const keys = new Map(suites.map((suite) => [suite.id, suite.key]));
  const named = tests
    .filter((row) => keys.has(row.suite_id))
    .map((row) => asTest(row, keys.get(row.suite_id) ?? ""));
  named.sort((a, b) => a.suiteId.localeCompare(b.suiteId) || a.position - b.position);
  return new Catalogue(suites, named, edges);
}

function asTest(row: Rows["tests"][number], suiteKey: string): Test {
  return {
    id: row.id,
    suiteId: row.suite_id,
    fullName: `${suiteKey}/${row.key}`,
    key: row.key,
    name: row.name,
    position: row.position,
    priority: row.priority,
    tags: row.tags,
    isQuarantined: isQuarantined(row.quarantined_at, row.quarantine_until),
    skipReason: row.skip_reason,
    isGone: row.deleted_at !== null,
  };
}

function isQuarantined(since: string | null, until: string | null): boolean {
  return since !== null && (until === null || Date.parse(until) > Date.now());
}

function readSuites(client: Client, projectId: string, withGone: boolean): Promise<Suite[]> {
  const query = client
    .from("test_suites")
    .select("id,key,name,description,path,tags,version")
    .eq("project_id", projectId)
    .order("key")
    .limit(PAGE_ROWS);
  return rowsOf(withGone ? query : query.is("deleted_at", null));
}

function readTests(client: Client, projectId: string, withGone: boolean) {
  return allRows((after) => {
    const query = client
      .from("test_cases")
      .select(TEST_COLUMNS)
      .eq("project_id", projectId)
      .order("id")
      .limit(PAGE_ROWS);
    const wanted = withGone ? query : query.is("deleted_at", null);
    return rowsOf(after === null ? wanted : wanted.gt("id", after));
  });
}

async function readEdges(client: Client, projectId: string): Promise<Edge[]> {
  const rows = await allRows((after) => {
    const query = client
      .from("test_dependencies")
      .select("id,dependent_test_id,required_test_id,dependency_type,reasons")
      .eq("project_id", projectId)
      .order("id")
      .limit(PAGE_ROWS);
    return rowsOf(after === null ? query : query.gt("id", after));
  });
  return rows.map((row) => ({
    from: row.required_test_id,
    to: row.dependent_test_id,
    kind: row.dependency_type,
    reasons: row.reasons,
  }));
}

/** A function that reads the project's suites and tests again. */
export function useReadCatalogueAgain(projectId: string): () => void {
  const cache = useQueryClient();
  return useCallback(
    () => void cache.invalidateQueries({ queryKey: ["catalogue", projectId] }),
    [cache, projectId],
  );
}

/** The project's suites and tests as they are now; those of old runs, too, with `withGone`. */
export function useCatalogue(projectId: string | undefined, { withGone = false } = {}) {
  const client = useClient();
  return useQuery({
    queryKey: ["catalogue", projectId, withGone],
    queryFn: () => readRows(client, projectId ?? "", withGone),
    select: asCatalogue,
    enabled: projectId !== undefined,
    staleTime: 30_000,
  });
}
