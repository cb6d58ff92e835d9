import type { z } from "zod";
import type { templateParameter } from "../../../protocol/api/templates.ts";
import { fieldOf } from "../../api/use-write.ts";
import { SelectField, TextField } from "../../ui/field.tsx";

export type Parameter = z.infer<typeof templateParameter>;

interface ParameterFieldsProps {
  parameters: readonly Parameter[];
  values: Readonly<Record<string, string>>;
  onChange: (values: Record<string, string>) => void;
  error: unknown;
}

/** A field for each parameter; one that is left empty takes its default. */
export function ParameterFields({ parameters, values, onChange, error }: ParameterFieldsProps) {
  const set = (name: string, value: string) => {
    const { [name]: _, ...others } = values;
    onChange(value === "" ? others : { ...others, [name]: value });
  };
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {parameters.map(({ name, title, type, default: byDefault, help }) => {
        const common = {
          label: title || name,
          hint: help,
          error: fieldOf(error, `parameters.${name}`),
          value: values[name] ?? "",
        };
        return type === "boolean" ? (
          <SelectField key={name} {...common} onChange={(event) => set(name, event.target.value)}>
            <option value="">{byDefault === null ? "Choose" : `${byDefault} (default)`}</option>
            <option value="true">true</option>
            <option value="false">false</option>
          </SelectField>
        ) : (
          <TextField
            key={name}
            {...common}
            required={byDefault === null}
            placeholder={byDefault ?? ""}
            inputMode={type === "number" ? "decimal" : "text"}
            onChange={(event) => set(name, event.target.value)}
          />
        );
      })}
    </div>
  );
}
