import { useState } from "react";

/** What somebody wrote, and what was saved when he began. */
export interface Written<T> {
  readonly value: T;
  readonly from: T;
}

export interface Draft<T> {
  readonly value: T;
  /** It differs from what is saved. */
  readonly isNew: boolean;
  /** What is saved became another since it was begun: somebody else was faster. */
  readonly isOvertaken: boolean;
}

type Same<T> = (some: T, other: T) => boolean;

/** What a field shows: what is written in it, else what is saved, also when that becomes another. */
export function draftOf<T>(saved: T, written: Written<T> | null, isSame: Same<T>): Draft<T> {
  if (written === null || isSame(written.value, saved)) {
    return { value: written?.value ?? saved, isNew: false, isOvertaken: false };
  }
  return { value: written.value, isNew: true, isOvertaken: !isSame(written.from, saved) };
}

export interface Editing<T> extends Draft<T> {
  set(value: T): void;
  /** Forget what was written; what is saved is shown. */
  take(): void;
}

function isEqual(some: unknown, other: unknown): boolean {
  return JSON.stringify(some) === JSON.stringify(other);
}

/** Fields for something that others may change meanwhile. */
export function useDraft<T>(saved: T, isSame: Same<T> = Object.is): Editing<T> {
  const [written, setWritten] = useState<Written<T> | null>(null);
  const draft = draftOf(saved, written, isSame);
  return {
    ...draft,
    set: (value) => {
      // To the letter: a space that is typed at the end stays, though it says nothing new.
      const from = draft.isNew ? (written?.from ?? saved) : saved;
      setWritten(isEqual(value, saved) ? null : { value, from });
    },
    take: () => setWritten(null),
  };
}
