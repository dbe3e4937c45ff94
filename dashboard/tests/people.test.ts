import { describe, expect, it } from "vitest";
import { readConfig } from "../src/data/config";
import { needsPassword, readArrival } from "../src/lib/arrival";
import { tokenIn } from "../src/lib/invitationSecret";
import { byState } from "../src/lib/invitations";
import { asRole, rolesUpTo } from "../src/lib/roles";

const arrivalAt = (rest: string) => readArrival(new URL(`https://baton.example.com/${rest}`));

describe("what the link of a message brings along", () => {
  it.each([
    ["#access_token=a&refresh_token=r&type=recovery"],
    ["?x=1#access_token=a&refresh_token=r&type=invite"],
  ])("is a session for who chooses a password next: %s", (rest) =>
    expect(arrivalAt(rest)).toMatchObject({ kind: "session", access: "a", refresh: "r" }),
  );

  it.each([["signup"], ["magiclink"], [""]])(
    "is no ready session of whoever made the link, of type '%s'",
    (type) => expect(arrivalAt(`#access_token=a&refresh_token=r&type=${type}`)).toBeNull(),
  );

  it("is a secret that is good for a session", () =>
    expect(arrivalAt("?token_hash=abc&type=recovery")).toEqual({
      kind: "secret",
      hash: "abc",
      type: "recovery",
    }));

  it.each([["#"], ["?"]])("is why there is none: %s", (mark) =>
    expect(
      arrivalAt(`${mark}error=access_denied&error_code=otp_expired&error_description=Too+late`),
    ).toEqual({ kind: "refusal", reason: "Too late" }),
  );

  it.each([[""], ["runs?status=failed"], ["?code=abc"], [`invitation#${"a".repeat(64)}`]])(
    "is nothing for '%s'",
    (rest) => expect(arrivalAt(rest)).toBeNull(),
  );

  it("asks who was invited and who forgot for a password", () => {
    expect([needsPassword("recovery"), needsPassword("invite")]).toEqual([true, true]);
    expect([needsPassword("signup"), needsPassword("")]).toEqual([false, false]);
  });
});

describe("an invitation", () => {
  it.each([
    [`#${"0a".repeat(32)}`, "0a".repeat(32)],
    ["", null],
    ["#top", null],
    [`#${"0A".repeat(32)}`, null],
    [`#${"0a".repeat(33)}`, null],
  ])("has its secret in the last part of the address: %s", (hash, token) =>
    expect(tokenIn(hash)).toBe(token),
  );

  it("is open, or it is over", () => {
    const all = (["pending", "revoked", "lapsed", "pending"] as const).map((state) => ({ state }));
    const { open, over } = byState(all);
    expect([open.length, over.length]).toEqual([2, 2]);
  });
});

describe("roles", () => {
  it("are given up to one's own", () => {
    expect(rolesUpTo("admin").map(({ value }) => value)).toEqual(["viewer", "editor", "admin"]);
    expect(rolesUpTo("viewer")).toHaveLength(1);
  });

  it("are told with what they may", () => {
    expect(asRole("editor")).toBe("an editor (runs, and changes suites)");
    expect(asRole("viewer")).toBe("a viewer (looks)");
  });
});

describe("where the data is", () => {
  const content = { url: "/", key: "sb_publishable_x" };

  it("sends its messages, unless it keeps them", () => {
    expect(readConfig(content, "https://a.example").mail).toBe("sent");
    expect(readConfig({ ...content, mail: "kept" }, "https://a.example").mail).toBe("kept");
  });

  it("says so in a word that is known", () =>
    expect(() => readConfig({ ...content, mail: "lost" }, "https://a.example")).toThrow("mail"));
});
