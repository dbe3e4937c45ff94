import type { Detail } from "../data/evidence";

/** A file that an API has answered, as the evidence tells of it. */
export interface AnsweredFile {
  readonly id: string;
  readonly attempt: number;
  readonly name: string;
  readonly mediaType: string;
  readonly isPicture: boolean;
  readonly bytes: number;
  readonly checksum: string;
  /** Why it was not kept; empty when it was. */
  readonly note: string;
}

interface Told {
  readonly name?: string;
  readonly media_type?: string;
  readonly category?: string;
  readonly bytes?: number;
  readonly sha256?: string;
  readonly kept?: boolean;
  readonly note?: string;
}

/** The files among the evidence, in the order of their answers. */
export function filesOf(details: readonly Detail[]): AnsweredFile[] {
  return details.filter((detail) => detail.kind === "artifact").map(fileOf);
}

function fileOf({ id, attempt, content }: Detail): AnsweredFile {
  const told = (content ?? {}) as Told;
  return {
    id,
    attempt,
    name: told.name ?? "file",
    mediaType: told.media_type ?? "",
    isPicture: told.category === "image",
    bytes: told.bytes ?? 0,
    checksum: told.sha256 ?? "",
    note: told.kept ? "" : told.note || "it was not kept",
  };
}

/**
 * An address that holds the file itself. A page that an API answers must not be run, whatever it calls
 * itself: only pictures keep their type, and those run nothing where they are shown as pictures.
 */
export function addressOf(file: AnsweredFile, content: string): string {
  const isShown = file.isPicture && /^image\/[a-z0-9.+-]+$/.test(file.mediaType);
  return `data:${isShown ? file.mediaType : "application/octet-stream"};base64,${content}`;
}
