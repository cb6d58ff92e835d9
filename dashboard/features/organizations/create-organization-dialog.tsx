import { useNavigate } from "@tanstack/react-router";
import { api } from "../../api/client.ts";
import { refresh } from "../../api/session.ts";
import { remember } from "../../lib/remembered.ts";
import { CreateDialog, type CreateDialogProps } from "../../ui/create-dialog.tsx";

export function CreateOrganizationDialog(props: CreateDialogProps) {
  const navigate = useNavigate();
  return (
    <CreateDialog
      {...props}
      title="New organization"
      description="A tenant of its own: its people, projects and bill are apart from those of any other. You become its owner."
      action="Create organization"
      create={async (name) => {
        const made = await api.call("POST /v1/orgs", { body: { name } });
        // The session then knows that the person belongs to it.
        await refresh();
        return made;
      }}
      onCreated={({ id, created }) => {
        remember("organization", id);
        void navigate({ to: "/fleets/$fleetId", params: { fleetId: created.fleet } });
      }}
    />
  );
}
