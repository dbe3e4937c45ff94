import { isOver } from "../data/words";
import {
  counted,
  emptyProgress,
  type IdOf,
  isOld,
  leavesGap,
  type RunMessage,
  type RunProgress,
  type Snapshot,
  withMessage,
  withSnapshot,
  withStarted,
} from "./progress";
import type { TopicEars } from "./topic";

/** Without a live channel the tables are read this often. */
export const POLL_MS = 2_000;

/** With one, when nothing was heard for this long: the last message may have been lost. */
export const QUIET_MS = 10_000;

export interface Followed {
  readonly progress: RunProgress;
  readonly isLive: boolean;
  /** Whether the tables were read at least once. */
  readonly isKnown: boolean;
  readonly problem: Error | null;
}

/** Where a follower reads what it missed. */
export interface Tables {
  /** The run, and its results unless `known` of them are all there are. */
  read(known: number): Promise<Snapshot>;
}

export const NOTHING_YET: Followed = {
  progress: emptyProgress(),
  isLive: false,
  isKnown: false,
  problem: null,
};

/**
 * Follows one run: live where possible, right in any case. Messages move it on; whenever one is
 * missing, or nothing is heard, the tables are read.
 */
export class Follower implements TopicEars {
  #state: Followed = NOTHING_YET;
  #isReading = false;
  #isWanted = false;
  #isStopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #tables: Tables;
  readonly #idOf: IdOf;
  readonly #changed: (state: Followed) => void;

  constructor(tables: Tables, idOf: IdOf, changed: (state: Followed) => void) {
    this.#tables = tables;
    this.#idOf = idOf;
    this.#changed = changed;
  }

  start(): void {
    void this.#read();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  message(_: string, payload: unknown): void {
    const message = payload as RunMessage;
    const { progress } = this.#state;
    if (typeof message?.sequence !== "number") return;
    if (isOld(progress, message)) {
      this.#become({ progress: withStarted(progress, message, this.#idOf) });
      return;
    }
    const hasGap = leavesGap(progress, message, this.#idOf);
    this.#become({ progress: withMessage(progress, message, this.#idOf) });
    if (hasGap) void this.#read();
    else this.#wait();
  }

  live(isLive: boolean): void {
    if (this.#isStopped) return;
    this.#become({ isLive });
    void this.#read();
  }

  async #read(): Promise<void> {
    if (this.#isReading) {
      this.#isWanted = true;
      return;
    }
    this.#isReading = true;
    clearTimeout(this.#timer);
    try {
      const snapshot = await this.#tables.read(this.#known());
      const progress = withSnapshot(this.#state.progress, snapshot);
      this.#become({ progress, isKnown: true, problem: null });
    } catch (error) {
      this.#become({ problem: error instanceof Error ? error : new Error(String(error)) });
    }
    this.#isReading = false;
    if (this.#isWanted) {
      this.#isWanted = false;
      await this.#read();
    } else {
      this.#wait();
    }
  }

  #known(): number {
    const { progress } = this.#state;
    return Math.min(progress.results.size, counted(progress.counters));
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const { progress, isLive } = this.#state;
    if (this.#isStopped || isOver(progress.status)) return;
    this.#timer = setTimeout(() => void this.#read(), isLive ? QUIET_MS : POLL_MS);
  }

  #become(change: Partial<Followed>): void {
    if (this.#isStopped) return;
    this.#state = { ...this.#state, ...change };
    this.#changed(this.#state);
  }
}
