import { useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";
import { SelectField, TextField } from "../../ui/field.tsx";
import type { ScopeDraft } from "./scope-draft.ts";

interface ScopeFieldsProps {
  orgId: string;
  draft: ScopeDraft;
  onChange: (draft: ScopeDraft) => void;
  /** What the server says of a part of it: "", "projectId", "environmentId" or "selector". */
  refused?: (part: string) => string | undefined;
  /** Whether agents can be chosen by their labels. */
  byLabels?: boolean;
}

const kinds: Record<ScopeDraft["kind"], string> = {
  organization: "The whole organization",
  project: "One project",
  environment: "One environment",
  agents: "Agents, by their labels",
};

/** Where it holds. */
export function ScopeFields({
  orgId,
  draft,
  onChange,
  refused = () => undefined,
  byLabels = true,
}: ScopeFieldsProps) {
  const inProject = draft.kind === "project" || draft.kind === "environment";
  const projects = useQuery({ ...queries.projects(orgId), enabled: inProject }).data ?? [];
  const environments =
    useQuery({
      ...queries.environments(draft.projectId),
      enabled: draft.kind === "environment" && draft.projectId !== "",
    }).data ?? [];
  const offered = (Object.keys(kinds) as ScopeDraft["kind"][]).filter(
    (kind) => byLabels || kind !== "agents" || draft.kind === "agents",
  );
  return (
    <div className="grid gap-3 sm:grid-cols-3">
      <SelectField
        label="Where it holds"
        value={draft.kind}
        onChange={(event) =>
          onChange({ ...draft, kind: offered.find((kind) => kind === event.target.value) ?? "organization" })
        }
        error={refused("")}
      >
        {offered.map((kind) => (
          <option key={kind} value={kind}>
            {kinds[kind]}
          </option>
        ))}
      </SelectField>
      {inProject ? (
        <SelectField
          label="Project"
          required
          value={draft.projectId}
          onChange={(event) =>
            onChange({
              ...draft,
              projectId: projects.find((each) => each.id === event.target.value)?.id ?? "",
              environmentId: "",
            })
          }
          error={refused("projectId")}
        >
          <option value="">Choose a project</option>
          {projects.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </SelectField>
      ) : null}
      {draft.kind === "environment" ? (
        <SelectField
          label="Environment"
          required
          value={draft.environmentId}
          onChange={(event) =>
            onChange({
              ...draft,
              environmentId: environments.find((each) => each.id === event.target.value)?.id ?? "",
            })
          }
          error={refused("environmentId")}
        >
          <option value="">Choose an environment</option>
          {environments.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </SelectField>
      ) : null}
      {draft.kind === "agents" ? (
        <TextField
          label="Labels"
          required
          maxLength={1000}
          className="sm:col-span-2"
          placeholder="role=web, region in (eu, us)"
          hint="A selector. It narrows permissions of agents and of exec only."
          value={draft.selector}
          onChange={(event) => onChange({ ...draft, selector: event.target.value })}
          error={refused("selector")}
        />
      ) : null}
    </div>
  );
}
