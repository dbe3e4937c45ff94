export interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** What each node waits for, among these nodes. */
function needsOf(ids: ReadonlySet<string>, arrows: readonly Arrow[]): Map<string, string[]> {
  const needs = new Map<string, string[]>([...ids].map((id) => [id, []]));
  for (const { from, to } of arrows) {
    if (ids.has(from)) needs.get(to)?.push(from);
  }
  return needs;
}

/** The longest way from a node that waits for nothing: 0 for that one itself. */
export function levelsOf(ids: ReadonlySet<string>, arrows: readonly Arrow[]): Map<string, number> {
  const needs = needsOf(ids, arrows);
  const levels = new Map<string, number>();
  const stack = [...ids];
  const entered = new Set<string>();
  while (stack.length > 0) {
    const id = stack[stack.length - 1] as string;
    const open = (needs.get(id) ?? []).filter((need) => !levels.has(need) && !entered.has(need));
    if (levels.has(id) || open.length === 0) {
      stack.pop();
      const before = (needs.get(id) ?? []).map((need) => levels.get(need) ?? -1);
      if (!levels.has(id)) levels.set(id, 1 + Math.max(-1, ...before));
    } else {
      entered.add(id);
      stack.push(...open);
    }
  }
  return levels;
}

/** Only the arrows that say something: who waits for B waits for all that B waits for. */
export function reduced<T extends Arrow>(ids: ReadonlySet<string>, arrows: readonly T[]): T[] {
  const needs = needsOf(ids, arrows);
  const known = arrows.filter(({ from, to }) => ids.has(from) && ids.has(to));
  const ancestors = new Map<string, Set<string>>();
  for (const id of byLevel(levelsOf(ids, arrows))) {
    const all = new Set<string>();
    for (const need of needs.get(id) ?? []) {
      all.add(need);
      for (const further of ancestors.get(need) ?? []) all.add(further);
    }
    ancestors.set(id, all);
  }
  const seen = new Set<string>();
  return known.filter(({ from, to }) => {
    const name = `${from} ${to}`;
    if (seen.has(name)) return false;
    seen.add(name);
    return !(needs.get(to) ?? []).some(
      (other) => other !== from && ancestors.get(other)?.has(from),
    );
  });
}

function byLevel(levels: ReadonlyMap<string, number>): string[] {
  return [...levels.keys()].sort((a, b) => (levels.get(a) ?? 0) - (levels.get(b) ?? 0));
}
