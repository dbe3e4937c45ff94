import type { Edge, Test } from "../../data/tests";
import { levelsOf, reduced } from "../../lib/graph";

/** Above so many tests the graph shows groups: one for each suite and level. */
export const MOST_TESTS = 240;

export interface Shape {
  readonly nodes: readonly ShapeNode[];
  readonly arrows: readonly ShapeArrow[];
  readonly isGrouped: boolean;
}

export interface ShapeNode {
  readonly id: string;
  readonly label: string;
  readonly tests: readonly string[];
}

export interface ShapeArrow {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly kind: Edge["kind"];
  readonly label: string;
}

/** What is drawn for these tests, before it has a place. `suiteKeys` names suites by id. */
export function shapeOf(
  tests: readonly Test[],
  edges: readonly Edge[],
  suiteKeys: ReadonlyMap<string, string>,
): Shape {
  const ids = new Set(tests.map((test) => test.id));
  if (tests.length > MOST_TESTS) return groupedShape(tests, ids, edges, suiteKeys);
  const severalSuites = new Set(tests.map((test) => test.suiteId)).size > 1;
  return {
    nodes: tests.map((test) => ({
      id: test.id,
      label: severalSuites ? test.fullName : test.key,
      tests: [test.id],
    })),
    arrows: reduced(ids, edges).map((edge) => ({
      id: `${edge.from}>${edge.to}`,
      from: edge.from,
      to: edge.to,
      kind: edge.kind,
      label: edge.reasons.join("\n"),
    })),
    isGrouped: false,
  };
}

function groupedShape(
  tests: readonly Test[],
  ids: ReadonlySet<string>,
  edges: readonly Edge[],
  suiteKeys: ReadonlyMap<string, string>,
): Shape {
  const levels = levelsOf(ids, edges);
  const groupOf = (test: Test) => `${test.suiteId}#${levels.get(test.id) ?? 0}`;
  const groups = new Map<string, Test[]>();
  for (const test of tests) {
    groups.set(groupOf(test), [...(groups.get(groupOf(test)) ?? []), test]);
  }
  const homes = new Map(tests.map((test) => [test.id, groupOf(test)]));
  const nodes = [...groups].map(([id, members]) => ({
    id,
    label: `${suiteKeys.get(members[0]?.suiteId ?? "") ?? ""} · step ${Number(id.split("#")[1]) + 1}`,
    tests: members.map((test) => test.id),
  }));
  return { nodes, arrows: groupArrows(new Set(groups.keys()), edges, homes), isGrouped: true };
}

function groupArrows(
  groups: ReadonlySet<string>,
  edges: readonly Edge[],
  homes: ReadonlyMap<string, string>,
): ShapeArrow[] {
  const between = edges.flatMap((edge) => {
    const from = homes.get(edge.from);
    const to = homes.get(edge.to);
    return from && to && from !== to ? [{ from, to, kind: edge.kind }] : [];
  });
  return reduced(groups, between).map((arrow) => ({
    ...arrow,
    id: `${arrow.from}>${arrow.to}`,
    label: "",
  }));
}

/** The tests that stand in one group with this one. */
export function groupWith(testId: string, tests: readonly Test[], edges: readonly Edge[]): Test[] {
  const levels = levelsOf(new Set(tests.map((test) => test.id)), edges);
  const suiteId = tests.find((test) => test.id === testId)?.suiteId;
  const level = levels.get(testId);
  return tests.filter((test) => test.suiteId === suiteId && levels.get(test.id) === level);
}
