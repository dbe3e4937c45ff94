import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSession } from "../lib/session";
import { type Client, useClient } from "./client";
import { done, rowsOf } from "./errors";
import { type Role, reaches } from "./words";

export interface Project {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly organization_id: string;
}

export interface Organization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly role: Role;
  readonly projects: readonly Project[];
}

async function readOrganizations(client: Client, userId: string): Promise<Organization[]> {
  const [organizations, memberships, projects] = await Promise.all([
    rowsOf(client.from("organizations").select("id,slug,name").order("name")),
    rowsOf(
      client.from("organization_members").select("organization_id,role").eq("user_id", userId),
    ),
    rowsOf(
      client
        .from("projects")
        .select("id,key,name,description,organization_id")
        .is("deleted_at", null)
        .order("name"),
    ),
  ]);
  const roles = new Map(memberships.map((row) => [row.organization_id, row.role]));
  return organizations.map((organization) => ({
    ...organization,
    role: roles.get(organization.id) ?? "viewer",
    projects: projects.filter((project) => project.organization_id === organization.id),
  }));
}

/** The organizations of who is signed in, with their projects and his role in them. */
export function useOrganizations() {
  const client = useClient();
  const { userId } = useSession();
  return useQuery({
    queryKey: ["organizations", userId],
    queryFn: () => readOrganizations(client, userId),
    staleTime: 60_000,
  });
}

export interface Place {
  readonly organization: Organization;
  readonly project: Project;
}

export function usePlace(projectId: string | undefined) {
  const organizations = useOrganizations();
  const organization = organizations.data?.find((one) =>
    one.projects.some((project) => project.id === projectId),
  );
  const project = organization?.projects.find((one) => one.id === projectId);
  const place: Place | null = organization && project ? { organization, project } : null;
  return { ...organizations, place };
}

/** Whether who is signed in may do in this project's organization what `needed` may. */
export function useMay(projectId: string | undefined, needed: Role): boolean {
  return reaches(usePlace(projectId).place?.organization.role, needed);
}

export function useCreateOrganization() {
  const client = useClient();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ name, slug }: { name: string; slug: string }) =>
      rowsOf(client.rpc("create_organization", { p_name: name, p_slug: slug })),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["organizations"] }),
  });
}

export function useCreateProject() {
  const client = useClient();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (project: { organization_id: string; key: string; name: string }) =>
      done(client.from("projects").insert(project)),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["organizations"] }),
  });
}
