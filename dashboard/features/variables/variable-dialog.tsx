import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { inputTypes } from "../../../domain/configs/inputs/template.ts";
import type { Environment } from "../../../protocol/api/projects.ts";
import type { InputImpact, Variable, VariableChange } from "../../../protocol/api/variables.ts";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Field, inputClass, SelectField, TextField } from "../../ui/field.tsx";
import { Problem } from "../../ui/problem.tsx";
import { WriteDialog } from "../../ui/write-dialog.tsx";
import { Impact } from "./impact.tsx";
import { readValue, valueText } from "./variable-text.ts";

interface VariableDialogProps {
  environment: Environment;
  /** The row that is changed; null = a new one, of the name `name` if that is not empty. */
  variable: Variable | null;
  name: string;
  onClose: () => void;
}

/** Sets a row, having shown on demand which agents it would change. */
export function VariableDialog({ environment, variable, name: given, onClose }: VariableDialogProps) {
  const [name, setName] = useState(variable?.name ?? given);
  const [type, setType] = useState<Variable["type"]>(variable?.type ?? "string");
  const [typed, setTyped] = useState(variable ? valueText(variable) : "");
  const [description, setDescription] = useState(variable?.description ?? "");
  const [fleet, setFleet] = useState(variable?.fleet ?? "");
  const [selector, setSelector] = useState(variable?.selector ?? "");
  const fleets = useQuery(queries.fleets(environment.projectId));
  const own = (fleets.data ?? []).filter(({ environmentId }) => environmentId === environment.id);
  const value = readValue(typed, type);
  const path = { environment: environment.id };
  const body = {
    name: name.trim(),
    fleet: fleet === "" ? null : fleet,
    selector,
    type,
    value,
    description,
  } as const;
  const save = useWrite({
    send: () =>
      (variable
        ? api.call("PATCH /v1/variables/{variable}", {
            path: { variable: variable.id },
            body: { type, value, description },
            ifMatch: `"${variable.version}"`,
          })
        : api.call("POST /v1/environments/{environment}/variables", {
            path,
            body: body as never,
          })) as Promise<VariableChange>,
    stale: [`/v1/environments/${environment.id}/variables`, "/v1/agents/"],
    shown: true,
    onDone: onClose,
  });
  const impact = useQuery({
    queryKey: ["variable impact", environment.id, JSON.stringify(body)],
    queryFn: ({ signal }) =>
      api.call("POST /v1/environments/{environment}/variables", {
        path,
        query: { dryRun: true },
        body: body as never,
        idempotencyKey: null,
        signal,
      }) as Promise<InputImpact>,
    enabled: false,
    gcTime: 0,
  });
  const wrong =
    value === undefined
      ? `Write it as JSON has it, or choose the type string.`
      : fieldOf(save.error, "value");
  return (
    <WriteDialog
      title={variable ? `Change ${variable.name}` : "Set a variable"}
      description="Agents keep what they run until a rollout takes the new value."
      action={variable ? "Save" : "Set the variable"}
      disabled={name.trim() === "" || value === undefined}
      write={save}
      onSubmit={() => save.mutate(undefined)}
      onClose={onClose}
    >
      <TextField
        label="Name"
        required
        maxLength={100}
        autoComplete="off"
        spellCheck={false}
        readOnly={variable !== null}
        hint={`Configs name it as \${var:${name.trim() || "NAME"}}.`}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={fieldOf(save.error, "name")}
      />
      <SelectField
        label="Type"
        value={type}
        onChange={(event) => setType(inputTypes.find((one) => one === event.target.value) ?? "string")}
        error={fieldOf(save.error, "type")}
      >
        {inputTypes.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </SelectField>
      <Field label="Value" error={wrong}>
        {(control) => (
          <textarea
            {...control}
            rows={3}
            spellCheck={false}
            className={`${inputClass} h-auto min-h-20 py-2 font-mono text-sm`}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      <SelectField
        label="Fleet"
        value={fleet}
        disabled={variable !== null}
        onChange={(event) => setFleet(own.find(({ id }) => id === event.target.value)?.id ?? "")}
        error={fieldOf(save.error, "fleet")}
      >
        <option value="">Every fleet of {environment.name}</option>
        {own.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </SelectField>
      <TextField
        label="Labels"
        placeholder="region=eu"
        hint="Only agents whose labels match; empty is every agent. Labels win over a fleet, a fleet over the environment."
        autoComplete="off"
        spellCheck={false}
        readOnly={variable !== null}
        value={selector}
        onChange={(event) => setSelector(event.target.value)}
        error={fieldOf(save.error, "selector")}
      />
      <TextField
        label="Description"
        maxLength={500}
        value={description}
        onChange={(event) => setDescription(event.target.value)}
        error={fieldOf(save.error, "description")}
      />
      <div className="flex flex-col gap-2">
        <Button
          className="self-start"
          busy={impact.isFetching}
          disabled={name.trim() === "" || value === undefined}
          onClick={() => void impact.refetch()}
        >
          Which agents would change?
        </Button>
        {impact.error ? <Problem error={impact.error} /> : null}
        {impact.data ? <Impact impact={impact.data} /> : null}
      </div>
    </WriteDialog>
  );
}
