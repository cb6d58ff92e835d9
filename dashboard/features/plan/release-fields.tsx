import { Plus } from "lucide-react";
import { useState } from "react";
import type { AgentRelease } from "../../../protocol/api/agent-releases.ts";
import type { Agent } from "../../../protocol/api/agents.ts";
import type { Config } from "../../../protocol/api/configs.ts";
import type { Release } from "../../../protocol/api/rollouts.ts";
import { Button } from "../../ui/button.tsx";
import { CheckField } from "../../ui/field.tsx";
import { Section } from "../../ui/section.tsx";
import { AssignmentRow } from "./assignment-row.tsx";
import {
  type AssignmentDraft,
  chooseConfig,
  emptyAssignment,
  otherAssignments,
  otherPackages,
  type ReleaseDraft,
} from "./assignments.ts";
import { BulkAdd } from "./bulk-add.tsx";
import { useHasError } from "./field-errors.tsx";
import { PackageList } from "./package-fields.tsx";
import { nextKey } from "./terms.ts";

interface ReleaseFieldsProps {
  draft: ReleaseDraft;
  configs: Config[];
  agents: ReadonlyMap<string, Agent>;
  current: Release | null;
  /** Of Muster's own agent, where it may be among the packages. */
  releases: AgentRelease[] | undefined;
  onChange: (draft: ReleaseDraft) => void;
}

const placeText = ({ configName, version, selector }: Release["assignments"][number]) =>
  `${configName} ${version} for ${selector || "every agent"}`;

/** What goes where. */
export function ReleaseFields({ draft, configs, agents, current, releases, onChange }: ReleaseFieldsProps) {
  const { assignments, packages } = draft;
  // An upgrade begins with its package in sight.
  const [upgrades] = useState(packages.length > 0);
  const wrongPackage = useHasError("packages");
  const others = [
    ...otherAssignments(current, assignments).map(placeText),
    ...otherPackages(current, packages).map((one) => `package ${one.name} ${one.version}`),
  ];
  const setAssignments = (next: AssignmentDraft[]) => onChange({ ...draft, assignments: next });
  return (
    <div className="flex flex-col gap-3">
      {assignments.map((assignment, index) => (
        <AssignmentRow
          key={assignment.key}
          index={index}
          assignment={assignment}
          configs={configs}
          agents={agents}
          current={current}
          onChange={(fields) =>
            setAssignments(
              assignments.map((each) => (each.key === assignment.key ? { ...each, ...fields } : each)),
            )
          }
          {...(assignments.length + packages.length > 1 || (draft.keepOthers && draft.refreshInputs)
            ? {
                onRemove: () => setAssignments(assignments.filter((each) => each.key !== assignment.key)),
              }
            : {})}
        />
      ))}
      <Button
        size="sm"
        look="quiet"
        className="self-start"
        onClick={() => setAssignments([...assignments, emptyAssignment(nextKey(assignments))])}
      >
        <Plus aria-hidden className="size-3.5" />
        Another config
      </Button>
      <BulkAdd
        configs={configs}
        named={new Set(assignments.map(({ config }) => config))}
        onAdd={(found) => {
          const written = assignments.filter(({ config }) => config !== "");
          const first = nextKey(assignments);
          const added = found.map(({ id }, i) => ({ ...chooseConfig(current, id), key: first + i }));
          setAssignments([...written, ...added]);
        }}
      />
      <Section
        title="Packages"
        note={packages.length === 0 ? "none" : String(packages.length)}
        reveal={upgrades || wrongPackage}
      >
        <PackageList
          packages={packages}
          releases={releases}
          onChange={(next) => onChange({ ...draft, packages: next })}
        />
      </Section>
      {others.length > 0 ? (
        <CheckField
          label="Keep the other configs of the current release"
          hint={others.join(", ")}
          checked={draft.keepOthers}
          onChange={(keepOthers) => onChange({ ...draft, keepOthers })}
        />
      ) : null}
      {others.length > 0 && draft.keepOthers ? (
        <CheckField
          label="Give them today's variables and secrets"
          hint="Without it they keep the values that the current release gave them. Configs that are named above get today's in any case."
          checked={draft.refreshInputs}
          onChange={(refreshInputs) => onChange({ ...draft, refreshInputs })}
        />
      ) : null}
    </div>
  );
}
