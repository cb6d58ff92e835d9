import { useState } from "react";
import { api } from "../../api/client.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Problem } from "../../ui/problem.tsx";
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
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title="Give a role"
      description="It counts from the next request on, beside what they have already."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          bind.mutate(undefined);
        }}
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
        {bind.error ? <Problem error={bind.error} /> : null}
        <Button type="submit" look="primary" busy={bind.isPending} disabled={scopeOf(scope) === null}>
          Give the role
        </Button>
      </form>
    </Dialog>
  );
}
