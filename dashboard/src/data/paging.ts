/** Supabase cuts an answer at 1000 rows without a word: a page must not be larger. */
export const PAGE_ROWS = 500;

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
