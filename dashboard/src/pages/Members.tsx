import { ActionIcon, Badge, Select, Table, Text, TextInput } from "@mantine/core";
import { IconUserMinus } from "@tabler/icons-react";
import { useState } from "react";
import { Ago } from "../components/Ago";
import { FormDialogue } from "../components/forms/FormDialogue";
import { SavingForm } from "../components/forms/SavingForm";
import { Loaded, Problem } from "../components/Loaded";
import { Page } from "../components/Page";
import { useAddMember, useMembers, useRemoveMember, useSetRole } from "../data/members";
import { type Role, reaches } from "../data/words";
import { useSession } from "../lib/session";
import { useProject } from "./useProject";

const ROLES: { value: Role; label: string }[] = [
  { value: "viewer", label: "viewer: looks" },
  { value: "editor", label: "editor: runs, and changes suites" },
  { value: "admin", label: "admin: projects, secrets, members" },
  { value: "owner", label: "owner: everything" },
];

/** Who works in the organization, and what each may do. */
export function Members() {
  const { organization } = useProject();
  const { userId } = useSession();
  const may = reaches(organization.role, "admin");
  const members = useMembers(organization.id);
  const setRole = useSetRole(organization.id);
  const remove = useRemoveMember(organization.id);
  const roles = rolesUpTo(organization.role);
  return (
    <Page
      title={`Members of ${organization.name}`}
      actions={<AddMember organizationId={organization.id} roles={roles} may={may} />}
    >
      {setRole.error && <Problem error={setRole.error} />}
      {remove.error && <Problem error={remove.error} />}
      <Loaded query={members}>
        {(rows) => (
          <Table.ScrollContainer minWidth={560} className="card" type="native">
            <Table verticalSpacing="sm" horizontalSpacing="md">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>Role</Table.Th>
                  <Table.Th>Since</Table.Th>
                  <Table.Th w={60} />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((row) => {
                  const name = row.users?.name || "somebody without a name";
                  const mayChange =
                    may && (reaches(organization.role, row.role) || row.user_id === userId);
                  return (
                    <Table.Tr key={row.user_id}>
                      <Table.Td>
                        <Text fw={600} size="sm">
                          {name} {row.user_id === userId && <Badge size="xs">you</Badge>}
                        </Text>
                      </Table.Td>
                      <Table.Td>
                        {mayChange ? (
                          <Select
                            aria-label={`Role of ${name}`}
                            data={roles}
                            value={row.role}
                            allowDeselect={false}
                            onChange={(role) =>
                              role && setRole.mutate({ userId: row.user_id, role: role as Role })
                            }
                            w={270}
                          />
                        ) : (
                          row.role
                        )}
                      </Table.Td>
                      <Table.Td>
                        <Ago time={row.created_at} />
                      </Table.Td>
                      <Table.Td>
                        {(mayChange || row.user_id === userId) && (
                          <ActionIcon
                            variant="subtle"
                            color="red"
                            aria-label={`Remove ${name}`}
                            onClick={() => {
                              if (window.confirm(`Remove ${name} from ${organization.name}?`)) {
                                remove.mutate(row.user_id);
                              }
                            }}
                          >
                            <IconUserMinus size={17} />
                          </ActionIcon>
                        )}
                      </Table.Td>
                    </Table.Tr>
                  );
                })}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Loaded>
    </Page>
  );
}

/** Nobody gives a role above his own. */
function rolesUpTo(own: Role) {
  return ROLES.filter(({ value }) => reaches(own, value));
}

interface AddMemberProps {
  readonly organizationId: string;
  readonly roles: typeof ROLES;
  readonly may: boolean;
}

function AddMember({ organizationId, roles, may }: AddMemberProps) {
  return (
    <FormDialogue label="Add a member" may={may}>
      {(close) => <MemberForm organizationId={organizationId} roles={roles} done={close} />}
    </FormDialogue>
  );
}

interface MemberFormProps {
  readonly organizationId: string;
  readonly roles: typeof ROLES;
  done(): void;
}

function MemberForm({ organizationId, roles, done }: MemberFormProps) {
  const add = useAddMember(organizationId);
  const [userId, setUserId] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  return (
    <SavingForm
      change={add}
      submit={() => add.mutateAsync({ userId: userId.trim(), role })}
      done={done}
      button="Add"
    >
      <TextInput
        label="Account"
        description="The number that stands in the menu at the top right of who shall join."
        required
        data-autofocus
        pattern="\s*[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\s*"
        value={userId}
        onChange={(event) => setUserId(event.currentTarget.value)}
      />
      <Select
        label="Role"
        data={roles}
        value={role}
        allowDeselect={false}
        onChange={(next) => next && setRole(next as Role)}
      />
    </SavingForm>
  );
}
