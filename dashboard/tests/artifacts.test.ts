import { describe, expect, it } from "vitest";
import { addressOf, filesOf } from "../src/lib/artifacts";
import { detail } from "./builders";

const PICTURE = {
  name: "a.png",
  media_type: "image/png",
  category: "image",
  bytes: 4,
  sha256: "5",
  kept: true,
  note: "",
};

const answered = (content: unknown) => detail("artifact", content);

describe("files that were answered", () => {
  it("are found among the evidence", () => {
    const files = filesOf([detail("request", {}), answered(PICTURE)]);
    expect(files).toEqual([
      {
        id: "artifact01",
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
    const [file] = filesOf([answered({ ...PICTURE, kept: false, note: "it holds a secret" })]);
    expect(file?.note).toBe("it holds a secret");
    expect(filesOf([answered(null)])[0]?.note).toBe("it was not kept");
  });

  it("become addresses that run nothing", () => {
    const [picture] = filesOf([answered(PICTURE)]);
    const [page] = filesOf([answered({ ...PICTURE, category: "log", media_type: "text/html" })]);
    const [odd] = filesOf([answered({ ...PICTURE, media_type: "text/html;image/png" })]);
    expect(picture && addressOf(picture, "iVBO")).toBe("data:image/png;base64,iVBO");
    expect(page && addressOf(page, "iVBO")).toBe("data:application/octet-stream;base64,iVBO");
    expect(odd && addressOf(odd, "iVBO")).toBe("data:application/octet-stream;base64,iVBO");
  });
});
