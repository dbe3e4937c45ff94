/** Whatever is asked for within this time is read once. */
export const GATHER_MS = 400;

/**
 * Reads after it was asked to, never twice at once, and not for each time it was asked. What is asked while
 * it reads is read afterwards: however much is asked, something new is read again and again. A reading tells
 * of its failures itself: it never rejects.
 */
export class Gatherer {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isReading = false;
  #isWanted = false;
  #isStopped = false;
  readonly #read: () => Promise<unknown>;

  constructor(read: () => Promise<unknown>) {
    this.#read = read;
  }

  ask(): void {
    this.#isWanted = true;
    if (this.#timer !== undefined || this.#isReading || this.#isStopped) return;
    this.#timer = setTimeout(() => void this.#begin(), GATHER_MS);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #begin(): Promise<void> {
    this.#timer = undefined;
    this.#isWanted = false;
    this.#isReading = true;
    await this.#read();
    this.#isReading = false;
    if (this.#isWanted) this.ask();
  }
}
