import { useState } from "react";
import type { ServiceAccountId } from "../../../domain/ids.ts";
import { planTerms } from "../../../domain/tenancy/plans.ts";
import type { CreatedApiKey } from "../../../protocol/api/api-keys.ts";
import { useOrganization } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { SelectField, TextField } from "../../ui/field.tsx";
import { WriteDialog } from "../../ui/write-dialog.tsx";
import { RoleSelect } from "../roles/role-select.tsx";
import { scopeOf, wholeOrganization } from "../roles/scope-draft.ts";
import { ScopeFields } from "../roles/scope-fields.tsx";
import type { RoleName } from "../roles/use-role-choices.ts";

interface CreateKeyDialogProps {
  orgId: string;
  /** A service account; left out, the key is the person's own. */
  owner: ServiceAccountId | undefined;
  onClose: () => void;
  onCreated: (made: CreatedApiKey) => void;
}

const lifetimes = [
  ["30", "30 days"],
  ["90", "90 days"],
  ["365", "1 year"],
  ["", "never"],
] as const;

export function CreateKeyDialog({ orgId, owner, onClose, onCreated }: CreateKeyDialogProps) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<RoleName>("operator");
  const [scope, setScope] = useState(wholeOrganization);
  const [days, setDays] = useState<string>("90");
  const [rate, setRate] = useState("");
  const plan = useOrganization(orgId)?.plan ?? "free";
  const mostPerMinute = planTerms[plan].requestsPerMinute.caller;
  const create = useWrite({
    send: () =>
      api.call("POST /v1/orgs/{org}/api-keys", {
        path: { org: orgId },
        body: {
          name,
          role,
          scope: scopeOf(scope) ?? undefined,
          ...(owner ? { serviceAccountId: owner } : {}),
          ...(days ? { expiresAt: new Date(Date.now() + Number(days) * 86_400_000).toISOString() } : {}),
          ...(rate ? { requestsPerMinute: Number(rate) } : {}),
        },
      }),
    stale: [`/v1/orgs/${orgId}/api-keys`],
    shown: true,
    onDone: onCreated,
  });
  return (
    <WriteDialog
      wide
      title="New API key"
      description={
        owner
          ? "It stands for the service account, and can do no more than that can."
          : "It stands for you, and can do no more than you can. For a program, make one of a service account."
      }
      action="Make the key"
      disabled={scopeOf(scope) === null}
      write={create}
      onSubmit={() => create.mutate(undefined)}
      onClose={onClose}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Name"
          required
          maxLength={100}
          placeholder="ci"
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={fieldOf(create.error, "name")}
        />
        <RoleSelect
          orgId={orgId}
          value={role}
          onChange={setRole}
          narrowed={scope.kind !== "organization"}
          error={fieldOf(create.error, "role")}
        />
      </div>
      <ScopeFields
        orgId={orgId}
        draft={scope}
        onChange={setScope}
        refused={(part) => fieldOf(create.error, part === "" ? "scope" : `scope.${part}`)}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label="Expires after"
          value={days}
          onChange={(event) => setDays(event.target.value)}
          error={fieldOf(create.error, "expiresAt")}
        >
          {lifetimes.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </SelectField>
        <TextField
          label="Requests a minute"
          type="number"
          min={1}
          placeholder={`${mostPerMinute}`}
          hint={`At most ${mostPerMinute}, as your plan has it. Leave empty for that.`}
          value={rate}
          onChange={(event) => setRate(event.target.value)}
          error={fieldOf(create.error, "requestsPerMinute")}
        />
      </div>
    </WriteDialog>
  );
}
