import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { Project } from "../../../protocol/api/projects.ts";
import { api } from "../../api/client.ts";
import { invalidate } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Problem } from "../../ui/problem.tsx";

interface CreateProjectProps {
  orgId: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function CreateProjectDialog({ orgId, open, onOpenChange }: CreateProjectProps) {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const create = useMutation({
    mutationFn: () => api.post<Project>(`/v1/orgs/${orgId}/projects`, { name }),
    onSuccess: async (project) => {
      await invalidate(`/v1/orgs/${orgId}/projects`);
      onOpenChange(false);
      setName("");
      void navigate({ to: "/projects/$projectId/fleets", params: { projectId: project.id } });
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
      title="New project"
      description="A project holds environments, fleets and configs."
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label="Name"
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        {create.error ? <Problem error={create.error} /> : null}
        <Button type="submit" look="primary" busy={create.isPending}>
          Create project
        </Button>
      </form>
    </Dialog>
  );
}
