import { type Role, reaches } from "../data/words";

/** What each role may, from the least to the most. */
const ROLES: readonly { readonly value: Role; readonly may: string }[] = [
  { value: "viewer", may: "looks" },
  { value: "editor", may: "runs, and changes suites" },
  { value: "admin", may: "projects, secrets, members" },
  { value: "owner", may: "everything" },
];

/** For a list to choose from. Nobody gives a role above his own. */
export function rolesUpTo(own: Role): { value: Role; label: string }[] {
  return ROLES.filter(({ value }) => reaches(own, value)).map(({ value, may }) => ({
    value,
    label: `${value}: ${may}`,
  }));
}

/** "an editor (runs, and changes suites)" */
export function asRole(role: Role): string {
  const article = /^[aeiou]/.test(role) ? "an" : "a";
  return `${article} ${role} (${ROLES.find(({ value }) => value === role)?.may ?? ""})`;
}
