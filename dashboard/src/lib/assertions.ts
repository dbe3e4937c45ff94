import type { Assertion } from "../data/evidence";
import { asLine } from "./json";

/** An expectation as a sentence: "status equals 200", "header Content-Type contains json". */
export function nameOf(assertion: Assertion): string {
  const { kind, subject, operator, expected } = assertion;
  const parts = [
    kind === "json" && subject !== "" ? subject : [kind, subject].filter(Boolean).join(" "),
  ];
  if (operator) parts.push(operator.replaceAll("_", " "));
  const value = asLine(expected);
  if (expected !== null && expected !== undefined && value.length <= 60) parts.push(value);
  return parts.join(" ");
}
