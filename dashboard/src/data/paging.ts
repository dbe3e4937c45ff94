/** Supabase cuts an answer at 1000 rows without a word: a page must not be larger. */
export const PAGE_ROWS = 500;

/** Ids travel in the address of a query, which should stay below 8 KB. */
const IDS_A_QUERY = 100;

/** All rows of a query that is ordered by `id`, page by page. */
export async function allRows<T extends { id: string }>(
  page: (after: string | null) => Promise<T[]>,
): Promise<T[]> {
  const rows: T[] = [];
  for (;;) {
    const next = await page(rows.at(-1)?.id ?? null);
    rows.push(...next);
    if (next.length < PAGE_ROWS) return rows;
  }
}

/** What a query gives for many ids, asked for some at a time. */
export async function byIds<T>(
  ids: Iterable<string>,
  query: (some: string[]) => Promise<T[]>,
): Promise<T[]> {
  const all = [...new Set(ids)];
  const parts: Promise<T[]>[] = [];
  for (let start = 0; start < all.length; start += IDS_A_QUERY) {
    parts.push(query(all.slice(start, start + IDS_A_QUERY)));
  }
  return (await Promise.all(parts)).flat();
}
