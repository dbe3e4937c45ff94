import { describe, expect, it } from "vitest";
import { isNotLoaded, problemOf } from "../src/lib/broken";
import { draftOf } from "../src/lib/draft";

const trimmed = (some: string, other: string) => some.trim() === other.trim();

describe("a field that others may change", () => {
  it("shows what is saved as long as nothing is written, also when that becomes another", () => {
    expect(draftOf("a", null, Object.is)).toEqual({ value: "a", isNew: false, isOvertaken: false });
    expect(draftOf("b", null, Object.is).value).toBe("b");
  });

  it("shows what is written", () => {
    const draft = draftOf("a", { value: "mine", from: "a" }, Object.is);
    expect(draft).toEqual({ value: "mine", isNew: true, isOvertaken: false });
  });

  it("keeps what is written when somebody else was faster, and says so", () => {
    const draft = draftOf("theirs", { value: "mine", from: "a" }, Object.is);
    expect(draft).toEqual({ value: "mine", isNew: true, isOvertaken: true });
  });

  it("has nothing to save when both wrote the same", () => {
    const draft = draftOf("same", { value: "same ", from: "a" }, trimmed);
    expect(draft).toEqual({ value: "same ", isNew: false, isOvertaken: false });
  });
});

describe("what went wrong", () => {
  it("is told where nothing is known, and not where something was read before", () => {
    const error = new Error("away");
    expect(problemOf({ data: "old", error }, { data: undefined, error: null })).toBe(null);
    expect(problemOf({ data: "old", error: null }, { data: undefined, error })).toBe(error);
  });

  it.each([
    "Failed to fetch dynamically imported module: /assets/Trends-1.js",
    "error loading dynamically imported module: /assets/Trends-1.js",
    "Importing a module script failed.",
    "Unable to preload CSS for /assets/Trends-1.css",
  ])("is told to be a program that did not come: %s", (message) => {
    expect(isNotLoaded(new TypeError(message))).toBe(true);
  });

  it("is not taken for that when a page is wrong by itself", () => {
    expect(isNotLoaded(new TypeError("x is undefined"))).toBe(false);
  });
});
