import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { Fleet } from "../../../protocol/api/fleets.ts";
import { api } from "../../api/client.ts";
import { ApiError } from "../../api/problem.ts";
import { invalidate, queries } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Problem } from "../../ui/problem.tsx";

interface CreateFleetProps {
  projectId: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function CreateFleetDialog({ projectId, open, onOpenChange }: CreateFleetProps) {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [environmentId, setEnvironmentId] = useState("");
  const environments = useQuery({ ...queries.environments(projectId), enabled: open }).data ?? [];
  const create = useMutation({
    mutationFn: () =>
      api.post<Fleet>(`/v1/projects/${projectId}/fleets`, {
        name,
        ...(environmentId ? { environmentId } : {}),
      }),
    onSuccess: async (fleet) => {
      await invalidate(`/v1/projects/${projectId}/fleets`);
      onOpenChange(false);
      setName("");
      void navigate({ to: "/fleets/$fleetId", params: { fleetId: fleet.id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="New fleet"
      description="Agents that enrol with one of its tokens belong to it."
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label="Name"
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={create.error instanceof ApiError ? create.error.field("name") : undefined}
        />
        <SelectField
          label="Environment"
          value={environmentId}
          onChange={(event) => setEnvironmentId(event.target.value)}
        >
          <option value="">The project's first</option>
          {environments.map((environment) => (
            <option key={environment.id} value={environment.id}>
              {environment.name}
            </option>
          ))}
        </SelectField>
        {create.error ? <Problem error={create.error} /> : null}
        <Button type="submit" look="primary" busy={create.isPending}>
          Create fleet
        </Button>
      </form>
    </Dialog>
  );
}
