import { useNavigate } from "@tanstack/react-router";
import { api } from "../../api/client.ts";
import { invalidate } from "../../api/queries.ts";
import { CreateDialog, type CreateDialogProps } from "../../ui/create-dialog.tsx";

export function CreateProjectDialog({ orgId, ...rest }: CreateDialogProps & { orgId: string }) {
  const navigate = useNavigate();
  return (
    <CreateDialog
      {...rest}
      title="New project"
      description="A project holds environments, fleets and configs."
      action="Create project"
      create={(name) => api.call("POST /v1/orgs/{org}/projects", { path: { org: orgId }, body: { name } })}
      onCreated={(project) => {
        void invalidate(`/v1/orgs/${orgId}/projects`);
        void navigate({ to: "/projects/$projectId/fleets", params: { projectId: project.id } });
      }}
    />
  );
}
