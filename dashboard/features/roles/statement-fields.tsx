import { Trash2 } from "lucide-react";
import { IconButton } from "../../ui/button.tsx";
import { RadioField } from "../../ui/field.tsx";
import { PermissionPicker } from "./permission-picker.tsx";
import type { StatementDraft } from "./role-draft.ts";
import { ScopeFields } from "./scope-fields.tsx";

interface StatementFieldsProps {
  orgId: string;
  number: number;
  draft: StatementDraft;
  onChange: (draft: StatementDraft) => void;
  onRemove: (() => void) | null;
  /** What the server says at or below a path of this statement. */
  refused: (path: string) => string | undefined;
}

const effects = [
  { value: "allow", label: "Allow", hint: "Who has the role may do this." },
  { value: "deny", label: "Deny", hint: "Who has the role may not, whatever else allows it." },
] as const;

export function StatementFields({ orgId, number, draft, onChange, onRemove, refused }: StatementFieldsProps) {
  const byLabels =
    draft.permissions.length > 0 && draft.permissions.every((one) => /^(agent|exec)\./.test(one));
  return (
    <li className="flex flex-col gap-4 rounded-lg border bg-sunken/60 p-4">
      <div className="flex items-start justify-between gap-2">
        <h3 className="font-semibold">Statement {number}</h3>
        {onRemove ? (
          <IconButton label={`Remove statement ${number}`} onClick={onRemove}>
            <Trash2 aria-hidden />
          </IconButton>
        ) : null}
      </div>
      <RadioField
        legend="Effect"
        value={draft.effect}
        options={effects}
        onChange={(effect) => onChange({ ...draft, effect })}
      />
      <PermissionPicker
        legend="Permissions"
        chosen={draft.permissions}
        onChange={(permissions) => onChange({ ...draft, permissions })}
        error={refused("permissions")}
      />
      <ScopeFields
        orgId={orgId}
        draft={draft.scope}
        byLabels={byLabels}
        onChange={(scope) => onChange({ ...draft, scope })}
        refused={(part) => refused(part === "" ? "scope" : `scope.${part}`)}
      />
    </li>
  );
}
