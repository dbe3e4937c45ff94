import type { Enums } from "../../types/database";

export type Verdict = Enums<"test_verdict">;
export type RunStatus = Enums<"run_status">;
export type Role = Enums<"member_role">;
export type Priority = Enums<"run_priority">;
export type TriageState = Enums<"triage_state">;

export const TRIAGE_STATES: readonly TriageState[] = [
  "open",
  "acknowledged",
  "ignored",
  "resolved",
];

export const VERDICTS: readonly Verdict[] = ["failed", "broken", "blocked", "passed", "skipped"];

/** What a test is as long as it has no verdict. */
export type Progress = "pending" | "running";
export type TestState = Verdict | Progress;

export function isOver(status: RunStatus): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}

const RANKS: Record<Role, number> = { viewer: 0, editor: 1, admin: 2, owner: 3 };

/** Whether a member of role `role` may do what `needed` may. */
export function reaches(role: Role | undefined, needed: Role): boolean {
  return role !== undefined && RANKS[role] >= RANKS[needed];
}
