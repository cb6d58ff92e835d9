import { Plus, X } from "lucide-react";
import type { AgentRelease } from "../../../protocol/api/agent-releases.ts";
import { agentPackageName } from "../../../protocol/package-index.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { emptyPackage, type PackageDraft } from "./assignments.ts";
import { PlanSelect, PlanText } from "./field-errors.tsx";
import { nextKey } from "./terms.ts";
import { draftOfRelease, releaseOfDraft } from "./upgrade-draft.ts";

interface PackageListProps {
  packages: PackageDraft[];
  /** To choose from, for the package that is Muster's own agent. */
  releases: AgentRelease[] | undefined;
  onChange: (packages: PackageDraft[]) => void;
}

/** Programs that the release brings besides its configs. */
export function PackageList({ packages, releases, onChange }: PackageListProps) {
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm text-soft">
        Offered to agents that accept packages; others get the configs only, and the plan says how many.
      </p>
      {packages.map((one, index) => (
        <PackageFields
          key={one.key}
          index={index}
          draft={one}
          releases={one.name === agentPackageName ? releases : undefined}
          onChange={(fields) =>
            onChange(packages.map((each) => (each.key === one.key ? { ...each, ...fields } : each)))
          }
          onRemove={() => onChange(packages.filter((each) => each.key !== one.key))}
        />
      ))}
      <Button
        size="sm"
        look="quiet"
        className="self-start"
        onClick={() => onChange([...packages, { key: nextKey(packages), ...emptyPackage }])}
      >
        <Plus aria-hidden className="size-3.5" />
        {packages.length === 0 ? "Add a package" : "Another package"}
      </Button>
    </div>
  );
}

interface PackageFieldsProps {
  index: number;
  draft: PackageDraft;
  releases: AgentRelease[] | undefined;
  onChange: (fields: Partial<PackageDraft>) => void;
  onRemove: () => void;
}

function PackageFields({ index, draft, releases, onChange, onRemove }: PackageFieldsProps) {
  const path = `packages[${index}]`;
  const text = (name: "name" | "version" | "url" | "sha256" | "signature" | "selector") => ({
    path: `${path}.${name}`,
    value: draft[name],
    onChange: (event: { target: { value: string } }) => onChange({ [name]: event.target.value }),
  });
  return (
    <fieldset className="relative grid gap-3 rounded-lg border bg-sunken/60 p-3 sm:grid-cols-2">
      <legend className="sr-only">Package {index + 1}</legend>
      {releases ? (
        <OwnRelease
          releases={releases}
          chosen={releaseOfDraft(releases, draft)}
          onChoose={(one) => onChange(draftOfRelease(one))}
        />
      ) : null}
      <PlanText {...text("name")} label="Package" placeholder="otelcol" className="pr-10 sm:pr-0" />
      <PlanText {...text("version")} label="Package version" placeholder="0.139.0" className="sm:pr-10" />
      <IconButton
        label={`Remove package ${index + 1}`}
        className="absolute top-8.5 right-2"
        onClick={onRemove}
      >
        <X aria-hidden />
      </IconButton>
      <PlanText
        {...text("url")}
        label="Download address"
        type="url"
        placeholder="https://downloads.example.com/otelcol.tar.gz"
        className="sm:col-span-2"
      />
      <PlanText
        {...text("sha256")}
        label="sha256"
        hint="Of what is downloaded, 64 hex digits."
        className="sm:col-span-2"
      />
      <PlanText
        {...text("signature")}
        label="Signature"
        placeholder="not signed"
        hint="Base64; agents check it with a key of their own."
        className="sm:col-span-2"
      />
      <PlanSelect
        path={`${path}.type`}
        label="Kind"
        value={draft.type}
        onChange={(event) => onChange({ type: event.target.value === "addon" ? "addon" : "top-level" })}
      >
        <option value="top-level">the program itself</option>
        <option value="addon">an add-on of it</option>
      </PlanSelect>
      <PlanText {...text("selector")} label="For agents (label selector)" placeholder="every agent" />
    </fieldset>
  );
}

interface OwnReleaseProps {
  releases: AgentRelease[];
  chosen: AgentRelease | undefined;
  onChoose: (release: AgentRelease) => void;
}

/** Fills in the fields of one of Muster's own agents. */
function OwnRelease({ releases, chosen, onChoose }: OwnReleaseProps) {
  if (releases.length === 0)
    return (
      <p className="pr-10 text-sm text-soft sm:col-span-2">
        This Muster serves no release of the agent yet. Whoever runs it makes one with{" "}
        <code>npm run release -- --publish</code>; until then, say below where one lies.
      </p>
    );
  const hint = chosen
    ? `For ${chosen.platforms.join(", ")}; ${chosen.publicKey === null ? "not signed" : `signed by ${chosen.publicKey}`}.`
    : "What is written below is none of them.";
  return (
    <SelectField
      label="Release of the agent"
      hint={hint}
      className="pr-10 sm:col-span-2"
      value={chosen?.version ?? ""}
      onChange={(event) => {
        const found = releases.find(({ version }) => version === event.target.value);
        if (found) onChoose(found);
      }}
    >
      {chosen ? null : <option value="">another one</option>}
      {releases.map(({ version, latest, sourceDate }) => (
        <option key={version} value={version}>
          {`${version}${latest ? " (latest)" : ""}, of ${sourceDate.slice(0, 10)}`}
        </option>
      ))}
    </SelectField>
  );
}
