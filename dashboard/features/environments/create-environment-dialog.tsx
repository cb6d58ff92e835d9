import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/client.ts";
import { invalidate } from "../../api/queries.ts";
import { CreateDialog, type CreateDialogProps } from "../../ui/create-dialog.tsx";
import { CheckField } from "../../ui/field.tsx";

export function CreateEnvironmentDialog({ projectId, ...rest }: CreateDialogProps & { projectId: string }) {
  const navigate = useNavigate();
  const [isProtected, setProtected] = useState(false);
  return (
    <CreateDialog
      {...rest}
      title="New environment"
      description="Fleets of an environment share who approves rollouts, and when waves may start."
      action="Create environment"
      create={(name) =>
        api.call("POST /v1/projects/{project}/environments", {
          path: { project: projectId },
          body: { name, protected: isProtected },
        })
      }
      onCreated={(environment) => {
        void invalidate(`/v1/projects/${projectId}/environments`);
        void navigate({
          to: "/projects/$projectId/environments/$environmentId",
          params: { projectId, environmentId: environment.id },
        });
      }}
    >
      <CheckField
        label="Protected"
        hint="Rollouts need the approval of another person than their author."
        checked={isProtected}
        onChange={setProtected}
      />
    </CreateDialog>
  );
}
