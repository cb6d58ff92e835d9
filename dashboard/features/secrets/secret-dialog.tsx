import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { minSecretChars } from "../../../domain/secrets/value.ts";
import type { Environment } from "../../../protocol/api/projects.ts";
import type { Secret, SecretChange, SecretVersionChange } from "../../../protocol/api/secrets.ts";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { CheckField, Field, inputClass, SelectField, TextField } from "../../ui/field.tsx";
import { WriteDialog } from "../../ui/write-dialog.tsx";

interface SecretDialogProps {
  environment: Environment;
  /** What gets a new value; null = a new secret. */
  secret: Secret | null;
  onClose: () => void;
}

/** The value goes out of this form to the server, and to nowhere else. */
export function SecretDialog({ environment, secret, onClose }: SecretDialogProps) {
  const [name, setName] = useState(secret?.name ?? "");
  const [value, setValue] = useState("");
  const [shown, setShown] = useState(false);
  const [description, setDescription] = useState("");
  const [fleet, setFleet] = useState("");
  const [selector, setSelector] = useState("");
  const fleets = useQuery(queries.fleets(environment.projectId));
  const own = (fleets.data ?? []).filter(({ environmentId }) => environmentId === environment.id);
  const chosen = own.find(({ id }) => id === fleet);
  const save = useWrite({
    send: () =>
      (secret
        ? api.call("POST /v1/secrets/{secret}/versions", { path: { secret: secret.id }, body: { value } })
        : api.call("POST /v1/environments/{environment}/secrets", {
            path: { environment: environment.id },
            body: { name: name.trim(), value, fleet: chosen?.id ?? null, selector, description },
            // Without a dry run the answer is that of the change.
          })) as Promise<SecretChange | SecretVersionChange>,
    stale: [`/v1/environments/${environment.id}/secrets`, "/v1/secrets/"],
    shown: true,
    onDone: onClose,
  });
  const waits = environment.protected
    ? " Another person approves it first, since this environment is protected."
    : "";
  return (
    <WriteDialog
      title={secret ? `Rotate ${secret.name}` : "Set a secret"}
      description={`Nothing shows the value again. Agents keep what they run until a rollout takes it.${waits}`}
      action={secret ? "Set the new value" : "Set the secret"}
      disabled={name.trim() === "" || value.length < minSecretChars}
      write={save}
      onSubmit={() => save.mutate(undefined)}
      onClose={onClose}
    >
      {secret ? null : (
        <TextField
          label="Name"
          required
          maxLength={100}
          autoComplete="off"
          spellCheck={false}
          hint={`Configs name it as \${secret:${name.trim() || "NAME"}}.`}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={fieldOf(save.error, "name")}
        />
      )}
      <Field
        label="Value"
        hint={`At least ${minSecretChars} characters; several lines may be pasted.`}
        error={fieldOf(save.error, "value")}
      >
        {(control) => (
          <textarea
            {...control}
            rows={3}
            spellCheck={false}
            autoComplete="off"
            className={`${inputClass} h-auto min-h-20 py-2 font-mono text-sm ${shown ? "" : "[-webkit-text-security:disc]"}`}
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
        )}
      </Field>
      <CheckField
        label="Show what I type"
        hint="Until this form is closed."
        checked={shown}
        onChange={setShown}
      />
      {secret ? null : (
        <>
          <SelectField
            label="Fleet"
            value={fleet}
            onChange={(event) => setFleet(event.target.value)}
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
            hint="Only agents whose labels match; empty is every agent."
            autoComplete="off"
            spellCheck={false}
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
        </>
      )}
    </WriteDialog>
  );
}
