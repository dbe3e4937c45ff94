import { describe, expect, it } from "vitest";
import type { Detail } from "../src/data/evidence";
import { addressOf, filesOf } from "../src/lib/artifacts";

function aDetail(content: unknown, kind = "artifact"): Detail {
  return {
    id: "d1",
    kind,
    attempt: 1,
    step: null,
    iteration: null,
    position: 0,
    level: null,
    content,
  };
}

const PICTURE = {
  name: "a.png",
  media_type: "image/png",
  category: "image",
  bytes: 4,
  sha256: "5",
  kept: true,
  note: "",
};

describe("files that were answered", () => {
  it("are found among the evidence", () => {
    const files = filesOf([aDetail({}, "request"), aDetail(PICTURE)]);
    expect(files).toEqual([
      {
        id: "d1",
        attempt: 1,
        name: "a.png",
        mediaType: "image/png",
        isPicture: true,
        bytes: 4,
        checksum: "5",
        note: "",
      },
    ]);
  });

  it("say why they were not kept", () => {
    const [file] = filesOf([aDetail({ ...PICTURE, kept: false, note: "it holds a secret" })]);
    expect(file?.note).toBe("it holds a secret");
    expect(filesOf([aDetail(null)])[0]?.note).toBe("it was not kept");
  });

  it("become addresses that run nothing", () => {
    const [picture] = filesOf([aDetail(PICTURE)]);
    const [page] = filesOf([aDetail({ ...PICTURE, category: "log", media_type: "text/html" })]);
    const [odd] = filesOf([aDetail({ ...PICTURE, media_type: "text/html;image/png" })]);
    expect(picture && addressOf(picture, "iVBO")).toBe("data:image/png;base64,iVBO");
    expect(page && addressOf(page, "iVBO")).toBe("data:application/octet-stream;base64,iVBO");
    expect(odd && addressOf(odd, "iVBO")).toBe("data:application/octet-stream;base64,iVBO");
  });
});
