import { useQuery } from "@tanstack/react-query";
import {
  isPermissionPattern,
  type PermissionPattern,
  permissions,
} from "../../../domain/tenancy/permissions.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import { CheckField } from "../../ui/field.tsx";
import { togglePermission } from "./role-draft.ts";

interface PermissionPickerProps {
  legend: string;
  chosen: PermissionPattern[];
  onChange: (chosen: PermissionPattern[]) => void;
  error?: string | undefined;
}

const nouns = [...Map.groupBy(permissions, (one) => one.split(".")[0] ?? "")].flatMap(([noun, ofNoun]) => {
  const all = `${noun}.*`;
  return isPermissionPattern(all) ? [{ noun, all, ofNoun }] : [];
});

/** Every permission, by noun; all of a noun holds also what is added to it later. */
export function PermissionPicker({ legend, chosen, onChange, error }: PermissionPickerProps) {
  const catalogue = useQuery(peopleQueries.catalogue()).data?.permissions ?? [];
  const everything = chosen.includes("*");
  const toggle = (pattern: PermissionPattern) => (on: boolean) =>
    onChange(togglePermission(chosen, pattern, on));
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-1.5 text-sm font-medium">{legend}</legend>
      {error ? <p className="text-xs text-bad">{error}</p> : null}
      <CheckField label="Everything, also what is added later" checked={everything} onChange={toggle("*")} />
      <ul className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
        {nouns.map(({ noun, all, ofNoun }) => {
          const whole = everything || chosen.includes(all);
          return (
            <li key={noun} className="min-w-0">
              <fieldset className="flex flex-wrap items-center gap-x-4 gap-y-1">
                <legend className="w-full text-sm text-soft">{noun.replaceAll("_", " ")}</legend>
                {ofNoun.map((permission) => (
                  <CheckBox
                    key={permission}
                    label={(permission.split(".")[1] ?? "").replaceAll("_", " ")}
                    noun={noun.replaceAll("_", " ")}
                    title={catalogue.find((each) => each.name === permission)?.summary}
                    checked={whole || chosen.includes(permission)}
                    disabled={whole}
                    onChange={toggle(permission)}
                  />
                ))}
                {ofNoun.length > 1 ? (
                  <CheckBox
                    label="all"
                    noun={noun.replaceAll("_", " ")}
                    title={`All of ${noun.replaceAll("_", " ")}, also what is added later`}
                    checked={whole}
                    disabled={everything}
                    onChange={toggle(all)}
                  />
                ) : null}
              </fieldset>
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
}

interface CheckBoxProps {
  label: string;
  noun: string;
  title: string | undefined;
  checked: boolean;
  disabled: boolean;
  onChange: (checked: boolean) => void;
}

function CheckBox({ label, noun, title, checked, disabled, onChange }: CheckBoxProps) {
  return (
    <label title={title} className="flex items-center gap-1.5 text-base">
      <input
        type="checkbox"
        className="accent-accent"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        <span className="sr-only">{noun} </span>
        {label}
      </span>
    </label>
  );
}
