import { Plus } from "lucide-react";
import { ApiError } from "../../api/problem.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { newStatement, type RoleDraft, roleBody } from "./role-draft.ts";
import { StatementFields } from "./statement-fields.tsx";

interface RoleFormProps {
  orgId: string;
  draft: RoleDraft;
  onChange: (draft: RoleDraft) => void;
  error: unknown;
  busy: boolean;
  action: string;
  /** Why it may not be saved. */
  refused: string | undefined;
  onSave: () => void;
}

/** What the server says at a path or, where nothing is shown below it, under it. */
function errorAt(error: unknown, path: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return error.errors.find((one) => one.path === path || one.path.startsWith(`${path}[`))?.message;
}

export function RoleForm({ orgId, draft, onChange, error, busy, action, refused, onSave }: RoleFormProps) {
  const { statements } = draft;
  const complete = roleBody(draft) !== null;
  const set = (fields: Partial<RoleDraft>) => onChange({ ...draft, ...fields });
  return (
    <form
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        onSave();
      }}
    >
      <Panel title="Name">
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label="Name"
            required
            maxLength={100}
            value={draft.name}
            onChange={(event) => set({ name: event.target.value })}
            error={errorAt(error, "name")}
          />
          <TextField
            label="Description"
            maxLength={500}
            hint="For whoever gives the role to somebody."
            value={draft.description}
            onChange={(event) => set({ description: event.target.value })}
            error={errorAt(error, "description")}
          />
        </div>
      </Panel>
      <Panel
        title="Statements"
        description="What the role allows and denies, and where. A denial wins over anything that allows."
      >
        <ol aria-label="Statements" className="flex flex-col gap-4">
          {statements.map((statement, index) => (
            <StatementFields
              key={statement.key}
              orgId={orgId}
              number={index + 1}
              draft={statement}
              onChange={(changed) => set({ statements: statements.with(index, changed) })}
              onRemove={
                statements.length > 1
                  ? () => set({ statements: statements.filter((one) => one !== statement) })
                  : null
              }
              refused={(path) => errorAt(error, `statements[${index}].${path}`)}
            />
          ))}
        </ol>
        <div className="mt-4 flex flex-wrap gap-2">
          <Button size="sm" onClick={() => set({ statements: [...statements, newStatement("allow")] })}>
            <Plus aria-hidden className="size-3.5" />
            Allow more
          </Button>
          <Button size="sm" onClick={() => set({ statements: [...statements, newStatement("deny")] })}>
            <Plus aria-hidden className="size-3.5" />
            Deny something
          </Button>
        </div>
      </Panel>
      {error ? <Problem error={error} /> : null}
      {complete ? null : (
        <p className="text-sm text-soft">
          Choose at least one permission, and a place, in every statement to save the role.
        </p>
      )}
      <Button
        type="submit"
        look="primary"
        busy={busy}
        refused={refused}
        disabled={!complete}
        className="self-start"
      >
        {action}
      </Button>
    </form>
  );
}
