import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/client.ts";
import { invalidate, queries } from "../../api/queries.ts";
import { CreateDialog, type CreateDialogProps } from "../../ui/create-dialog.tsx";
import { SelectField } from "../../ui/field.tsx";

export function CreateFleetDialog({ projectId, ...rest }: CreateDialogProps & { projectId: string }) {
  const navigate = useNavigate();
  const [environmentId, setEnvironmentId] = useState("");
  const environments = useQuery({ ...queries.environments(projectId), enabled: rest.open }).data ?? [];
  return (
    <CreateDialog
      {...rest}
      title="New fleet"
      description="Agents that enrol with one of its tokens belong to it."
      action="Create fleet"
      create={(name) =>
        api.call("POST /v1/projects/{project}/fleets", {
          path: { project: projectId },
          body: {
            name,
            ...(environmentId ? { environmentId } : {}),
          },
        })
      }
      onCreated={(fleet) => {
        void invalidate(`/v1/projects/${projectId}/fleets`);
        void navigate({ to: "/fleets/$fleetId", params: { fleetId: fleet.id } });
      }}
    >
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
    </CreateDialog>
  );
}
