import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useMemo } from "react";
import type { Agent } from "../../../protocol/api/agents.ts";
import type { Config } from "../../../protocol/api/configs.ts";
import type { Release } from "../../../protocol/api/rollouts.ts";
import { queries } from "../../api/queries.ts";
import { filterAgents } from "../../lib/filter-agents.ts";
import { plural } from "../../lib/format.ts";
import { IconButton } from "../../ui/button.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { type AssignmentDraft, chooseConfig } from "./plan-form.ts";

interface AssignmentRowProps {
  assignment: AssignmentDraft;
  configs: Config[];
  agents: ReadonlyMap<string, Agent>;
  current: Release | null;
  onChange: (fields: Partial<AssignmentDraft>) => void;
  onRemove?: () => void;
}

const named = 4;

export function AssignmentRow({
  assignment,
  configs,
  agents,
  current,
  onChange,
  onRemove,
}: AssignmentRowProps) {
  const versions = useInfiniteQuery({
    ...queries.configVersions(assignment.config),
    enabled: assignment.config !== "",
  });
  const numbers = versions.data?.pages.flatMap((page) => page.items) ?? [];
  const { agents: matched, selectorError } = useMemo(
    () => filterAgents(agents.values(), { label: assignment.selector }),
    [agents, assignment.selector],
  );
  const kinds = useQuery(queries.configKinds()).data;
  const chosen = configs.find((config) => config.id === assignment.config);
  const kind = kinds?.find((each) => each.kind === chosen?.kind);
  const names = matched
    .slice(0, named)
    .map((agent) => agent.name)
    .join(", ");
  const more = matched.length > named ? ` and ${matched.length - named} more` : "";
  return (
    <div className="grid grid-cols-1 items-start gap-3 rounded-lg border bg-sunken/60 p-3 sm:grid-cols-[1fr_8rem_1.3fr_9rem_auto]">
      <SelectField
        label="Config"
        required
        value={assignment.config}
        onChange={(event) => onChange(chooseConfig(current, event.target.value))}
      >
        <option value="">Choose a config</option>
        {configs
          .filter((config) => config.latestVersion > 0 || config.id === assignment.config)
          .map((config) => (
            <option key={config.id} value={config.id}>
              {config.name}
            </option>
          ))}
      </SelectField>
      <SelectField
        label="Version"
        value={assignment.version}
        onChange={(event) =>
          onChange({ version: event.target.value === "latest" ? "latest" : Number(event.target.value) })
        }
      >
        <option value="latest">latest{numbers[0] ? ` (${numbers[0].number})` : ""}</option>
        {numbers.map((version) => (
          <option key={version.id} value={version.number}>
            {version.number}
            {version.message ? ` · ${version.message}` : ""}
          </option>
        ))}
        {typeof assignment.version === "number" &&
        !numbers.some((version) => version.number === assignment.version) ? (
          <option value={assignment.version}>{assignment.version}</option>
        ) : null}
      </SelectField>
      <TextField
        label="Agents (label selector)"
        placeholder="every agent"
        maxLength={1000}
        value={assignment.selector}
        onChange={(event) => onChange({ selector: event.target.value })}
        error={selectorError ?? undefined}
        hint={
          matched.length === 0
            ? "No agent matches now."
            : `${plural(matched.length, "agent")}: ${names}${more}`
        }
      />
      <TextField
        label="File name"
        placeholder={kind?.defaultFileName ?? "the kind's own"}
        maxLength={255}
        value={assignment.fileName ?? ""}
        onChange={(event) => onChange({ fileName: event.target.value || undefined })}
      />
      {onRemove ? (
        <IconButton label="Remove this row" onClick={onRemove} className="sm:mt-6.5">
          <X aria-hidden />
        </IconButton>
      ) : null}
    </div>
  );
}
