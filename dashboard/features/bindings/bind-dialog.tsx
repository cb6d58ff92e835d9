import { useState } from "react";
import { api } from "../../api/client.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { WriteDialog } from "../../ui/write-dialog.tsx";
import { RoleSelect } from "../roles/role-select.tsx";
import { scopeOf, wholeOrganization } from "../roles/scope-draft.ts";
import { ScopeFields } from "../roles/scope-fields.tsx";
import type { RoleName } from "../roles/use-role-choices.ts";
import type { BindingSubject } from "./bindings-panel.tsx";

interface BindDialogProps {
  orgId: string;
  subject: BindingSubject;
  onClose: () => void;
}

export function BindDialog({ orgId, subject, onClose }: BindDialogProps) {
  const [role, setRole] = useState<RoleName>("viewer");
  const [scope, setScope] = useState(wholeOrganization);
  const bind = useWrite({
    send: () =>
      api.call("POST /v1/orgs/{org}/bindings", {
        path: { org: orgId },
        body: { subject, role, scope: scopeOf(scope) ?? undefined },
      }),
    stale: [`/v1/orgs/${orgId}`],
    shown: true,
    onDone: onClose,
  });
  return (
    <WriteDialog
      wide
      title="Give a role"
      description="It counts from the next request on, beside what they have already."
      action="Give the role"
      disabled={scopeOf(scope) === null}
      write={bind}
      onSubmit={() => bind.mutate(undefined)}
      onClose={onClose}
    >
      <RoleSelect
        orgId={orgId}
        value={role}
        onChange={setRole}
        narrowed={scope.kind !== "organization"}
        error={fieldOf(bind.error, "role")}
      />
      <ScopeFields
        orgId={orgId}
        draft={scope}
        onChange={setScope}
        refused={(part) => fieldOf(bind.error, part === "" ? "scope" : `scope.${part}`)}
      />
    </WriteDialog>
  );
}
