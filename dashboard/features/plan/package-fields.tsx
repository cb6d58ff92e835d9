import { Plus, X } from "lucide-react";
import { Button, IconButton } from "../../ui/button.tsx";
import { emptyPackage, type PackageDraft } from "./assignments.ts";
import { PlanSelect, PlanText } from "./field-errors.tsx";
import { nextKey } from "./terms.ts";

interface PackageListProps {
  packages: PackageDraft[];
  onChange: (packages: PackageDraft[]) => void;
}

/** Programs that the release brings besides its configs. */
export function PackageList({ packages, onChange }: PackageListProps) {
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
  onChange: (fields: Partial<PackageDraft>) => void;
  onRemove: () => void;
}

function PackageFields({ index, draft, onChange, onRemove }: PackageFieldsProps) {
  const path = `packages[${index}]`;
  const text = (name: "name" | "version" | "url" | "sha256" | "signature" | "selector") => ({
    path: `${path}.${name}`,
    value: draft[name],
    onChange: (event: { target: { value: string } }) => onChange({ [name]: event.target.value }),
  });
  return (
    <fieldset className="relative grid gap-3 rounded-lg border bg-sunken/60 p-3 sm:grid-cols-2">
      <legend className="sr-only">Package {index + 1}</legend>
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
