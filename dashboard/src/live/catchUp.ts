import type { Result } from "../data/results";
import { type Counters, counted, type Snapshot } from "./progress";

/** A result, with the id of its row. */
export interface Row extends Result {
  readonly id: string;
}

/** Where rows come from. */
export interface Source<R extends Counters> {
  run(): Promise<R>;
  /** The run's results in the order of their ids; those after one, or all. */
  results(run: R, after: string | null): Promise<readonly Row[]>;
}

/**
 * Reads of a run only what it has not read before. Ids follow each other in time; where they do not,
 * because a clock was set back, fewer rows come than were counted, and all are read.
 */
export class CatchUp<R extends Counters & Snapshot["run"]> {
  #last: string | null = null;
  readonly #read = new Set<string>();
  readonly #source: Source<R>;

  constructor(source: Source<R>) {
    this.#source = source;
  }

  /** The run, and what is new of its results unless `known` of them are all there are. */
  async read(known: number): Promise<{ run: R; results: readonly Row[] | null }> {
    // The run first: the results are not older than what it counts.
    const run = await this.#source.run();
    if (counted(run) <= known) return { run, results: null };
    const fresh = await this.#after(run, this.#last);
    const isAll = this.#read.size >= counted(run);
    return { run, results: isAll ? fresh : await this.#after(run, null) };
  }

  async #after(run: R, last: string | null): Promise<readonly Row[]> {
    const rows = await this.#source.results(run, last);
    for (const { id } of rows) this.#read.add(id);
    this.#last = rows.at(-1)?.id ?? this.#last;
    return rows;
  }
}
