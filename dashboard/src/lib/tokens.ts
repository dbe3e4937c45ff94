export type Scope = "runs:request" | "suites:push" | "results:read";

/** What each scope is good for. */
export const SCOPES: readonly { readonly value: Scope; readonly label: string }[] = [
  {
    value: "runs:request",
    label: "Request runs with baton trigger, read those of the project, cancel its own",
  },
  { value: "suites:push", label: "Push suites with baton push" },
  { value: "results:read", label: "Read the runs of the project and their results" },
];

export type TokenState = "works" | "expired" | "revoked";

interface Lifetime {
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
}

export function stateOf({ expires_at, revoked_at }: Lifetime, now = Date.now()): TokenState {
  if (revoked_at !== null) return "revoked";
  return expires_at !== null && Date.parse(expires_at) <= now ? "expired" : "works";
}

/** The settings of each CI for a new token. What is secret is marked; all of it is said once. */
export interface Usage {
  readonly name: string;
  readonly where: string;
  readonly file: string;
}

interface Place {
  readonly url: string;
  readonly key: string;
  /** Whether the token may push suites. */
  readonly mayPush: boolean;
}

export function usages({ url, key, mayPush }: Place): Usage[] {
  return [
    {
      name: "GitHub",
      where:
        "Settings, Secrets and variables, Actions: the token as the secret BATON_TOKEN; BATON_URL and BATON_KEY as variables.",
      file: github(url, key, mayPush),
    },
    {
      name: "GitLab",
      where:
        "Settings, CI/CD, Variables: the token as BATON_TOKEN, masked; BATON_URL and BATON_KEY beside it.",
      file: gitlab(url, key, mayPush),
    },
    {
      name: "Any other",
      where: "In the environment of the job, from where it keeps its secrets.",
      file: shell(url, key),
    },
  ];
}

function github(url: string, key: string, mayPush: boolean): string {
  return `# BATON_URL: ${url}
# BATON_KEY: ${key}
- uses: your-organization/baton@main
  with:
    mode: remote
${mayPush ? "    push: true\n" : ""}    environment: staging
    url: \${{ vars.BATON_URL }}
    key: \${{ vars.BATON_KEY }}
    token: \${{ secrets.BATON_TOKEN }}
`;
}

function gitlab(url: string, key: string, mayPush: boolean): string {
  return `# BATON_URL: ${url}
# BATON_KEY: ${key}
include:
  - component: $CI_SERVER_FQDN/your-group/baton/baton@main
    inputs:
      mode: remote
${mayPush ? "      push: true\n" : ""}      environment: staging
`;
}

function shell(url: string, key: string): string {
  return `export BATON_URL=${url}
export BATON_KEY=${key}
export BATON_TOKEN=…
baton trigger -e staging
`;
}
