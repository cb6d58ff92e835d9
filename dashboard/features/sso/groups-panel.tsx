import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { SsoConnection } from "../../../protocol/api/sso.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import { fieldOf } from "../../api/use-write.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { useRoleChoices } from "../roles/use-role-choices.ts";
import { useSsoWrite } from "./sso-queries.ts";

type Line = SsoConnection["groupRoles"][number] & { key: number };

const nobody = "";

export function GroupsPanel({ orgId, connection }: { orgId: string; connection: SsoConnection }) {
  const refused = useWhyNot(orgId)("sso.write");
  const [claim, setClaim] = useState(connection.groupsClaim);
  const [defaultRole, setDefaultRole] = useState(connection.defaultRole);
  const [lines, setLines] = useState<Line[]>(connection.groupRoles.map((one, key) => ({ ...one, key })));
  const save = useSsoWrite(orgId, {
    send: () =>
      api.call("PATCH /v1/orgs/{org}/sso-connections/{connection}", {
        path: { org: orgId, connection: connection.id },
        body: { groupsClaim: claim, defaultRole, groupRoles: lines.map(({ key: _, ...line }) => line) },
        ifMatch: `"${connection.version}"`,
      }),
    told: () => "The groups are saved; they count from everybody's next sign-in.",
  });
  const change = (key: number, to: Partial<Line>) =>
    setLines(lines.map((line) => (line.key === key ? { ...line, ...to } : line)));
  const add = () =>
    setLines([
      ...lines,
      { key: Math.max(-1, ...lines.map(({ key }) => key)) + 1, group: "", role: null, teamId: null },
    ]);
  return (
    <Panel
      title="Groups"
      description="Read anew at each sign-in. Roles that somebody gave by hand stay; where several groups match, the first one's role is the member's, and the others are added."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(undefined);
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label="Claim that lists the groups"
            required
            maxLength={200}
            disabled={refused !== undefined}
            value={claim}
            onChange={(event) => setClaim(event.target.value)}
            error={fieldOf(save.error, "groupsClaim")}
          />
          <RoleField
            orgId={orgId}
            label="Who is in none of these groups"
            none="may not sign in"
            value={defaultRole}
            disabled={refused !== undefined}
            onChange={setDefaultRole}
            error={fieldOf(save.error, "defaultRole")}
          />
        </div>
        {lines.map((line, i) => (
          <fieldset key={line.key} className="flex flex-wrap items-end gap-3 rounded-md border p-3">
            <legend className="sr-only">Group {i + 1}</legend>
            <TextField
              label="Group"
              required
              maxLength={200}
              className="min-w-40 flex-1"
              disabled={refused !== undefined}
              value={line.group}
              onChange={(event) => change(line.key, { group: event.target.value })}
              error={fieldOf(save.error, `groupRoles[${i}].group`)}
            />
            <RoleField
              orgId={orgId}
              label="Role"
              none="no role of its own"
              value={line.role}
              disabled={refused !== undefined}
              onChange={(role) => change(line.key, { role })}
              error={fieldOf(save.error, `groupRoles[${i}].role`) ?? fieldOf(save.error, `groupRoles[${i}]`)}
            />
            <TeamField
              orgId={orgId}
              value={line.teamId}
              disabled={refused !== undefined}
              onChange={(teamId) => change(line.key, { teamId })}
              error={fieldOf(save.error, `groupRoles[${i}].teamId`)}
            />
            <IconButton
              label={`Remove group ${i + 1}`}
              disabled={refused !== undefined}
              onClick={() => setLines(lines.filter(({ key }) => key !== line.key))}
            >
              <Trash2 aria-hidden />
            </IconButton>
          </fieldset>
        ))}
        {save.error ? <Problem error={save.error} /> : null}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" refused={refused} busy={save.isPending}>
            Save the groups
          </Button>
          <Button look="quiet" refused={refused} onClick={add}>
            <Plus aria-hidden className="size-3.5" />
            Add a group
          </Button>
        </div>
      </form>
    </Panel>
  );
}

interface ChoiceProps<T> {
  orgId: string;
  value: T | null;
  disabled: boolean;
  onChange: (value: T | null) => void;
  error: string | undefined;
}

type RoleFieldProps = ChoiceProps<NonNullable<Line["role"]>> & { label: string; none: string };

function RoleField({ orgId, label, none, value, disabled, onChange, error }: RoleFieldProps) {
  const choices = useRoleChoices(orgId);
  return (
    <SelectField
      label={label}
      className="min-w-40 flex-1"
      disabled={disabled}
      value={value ?? nobody}
      onChange={(event) => onChange(choices.find((each) => each.value === event.target.value)?.value ?? null)}
      error={error}
    >
      <option value={nobody}>{none}</option>
      {choices.map(({ value: role, name, tooMuch }) => (
        <option key={role} value={role} disabled={tooMuch && role !== value}>
          {name}
          {tooMuch && role !== value ? " (more than you may do)" : ""}
        </option>
      ))}
    </SelectField>
  );
}

function TeamField({ orgId, value, disabled, onChange, error }: ChoiceProps<NonNullable<Line["teamId"]>>) {
  const mayRead = useWhyNot(orgId)("team.read") === undefined;
  const teams = useQuery({ ...peopleQueries.teams(orgId), enabled: mayRead }).data ?? [];
  return (
    <SelectField
      label="Team"
      className="min-w-40 flex-1"
      disabled={disabled}
      value={value ?? nobody}
      onChange={(event) => onChange(teams.find(({ id }) => id === event.target.value)?.id ?? null)}
      error={error}
    >
      <option value={nobody}>none</option>
      {value !== null && !teams.some(({ id }) => id === value) ? (
        <option value={value}>{value}</option>
      ) : null}
      {teams.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}
