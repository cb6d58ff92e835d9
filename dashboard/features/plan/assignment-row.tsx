import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useMemo } from "react";
import type { Agent } from "../../../protocol/api/agents.ts";
import type { Config } from "../../../protocol/api/configs.ts";
import type { Release } from "../../../protocol/api/rollouts.ts";
import { queries } from "../../api/queries.ts";
import { filterAgents } from "../../lib/filter-agents.ts";
import { IconButton } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { type AssignmentDraft, chooseConfig } from "./assignments.ts";
import { PlanSelect, PlanText, useFieldError } from "./field-errors.tsx";
import { matchedText } from "./matched-text.ts";

interface AssignmentRowProps {
  index: number;
  assignment: AssignmentDraft;
  configs: Config[];
  agents: ReadonlyMap<string, Agent>;
  current: Release | null;
  onChange: (fields: Partial<AssignmentDraft>) => void;
  onRemove?: () => void;
}

export function AssignmentRow({
  index,
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
  const labels =
    useQuery({
      ...queries.configVersionLabels(assignment.config),
      enabled: assignment.config !== "",
    }).data?.items ?? [];
  const { agents: matched, selectorError } = useMemo(
    () => filterAgents(agents.values(), { label: assignment.selector }),
    [agents, assignment.selector],
  );
  const kinds = useQuery(queries.configKinds()).data;
  const chosen = configs.find((config) => config.id === assignment.config);
  const kind = kinds?.find((each) => each.kind === chosen?.kind);
  const path = `assignments[${index}]`;
  const refusedSelector = useFieldError(path, `${path}.selector`);
  return (
    <div className="relative grid grid-cols-1 items-start gap-3 rounded-lg border bg-sunken/60 p-3 sm:grid-cols-2">
      <PlanSelect
        path={`${path}.config`}
        label="Config"
        className={onRemove ? "pr-10 sm:pr-0" : ""}
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
      </PlanSelect>
      <PlanSelect
        path={`${path}.version`}
        label="Version"
        className={onRemove ? "sm:pr-10" : ""}
        value={assignment.version}
        onChange={(event) =>
          onChange({
            version: /^\d+$/.test(event.target.value) ? Number(event.target.value) : event.target.value,
          })
        }
      >
        <option value="latest">latest{numbers[0] ? ` (${numbers[0].number})` : ""}</option>
        {labels.map(({ label, version }) => (
          <option key={label} value={label}>
            {label} · now {version}
          </option>
        ))}
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
      </PlanSelect>
      <TextField
        label="Agents (label selector)"
        placeholder="every agent"
        maxLength={1000}
        value={assignment.selector}
        onChange={(event) => onChange({ selector: event.target.value })}
        error={selectorError ?? refusedSelector}
        hint={matchedText(matched)}
      />
      <PlanText
        path={`${path}.fileName`}
        label="File name"
        placeholder={kind?.defaultFileName ?? "the kind's own"}
        maxLength={255}
        value={assignment.fileName ?? ""}
        onChange={(event) => onChange({ fileName: event.target.value || undefined })}
      />
      {onRemove ? (
        <IconButton label="Remove this row" onClick={onRemove} className="absolute top-8.5 right-2">
          <X aria-hidden />
        </IconButton>
      ) : null}
    </div>
  );
}
