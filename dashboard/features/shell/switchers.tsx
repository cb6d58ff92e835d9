import { useQueries } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ChevronsUpDown, Plus } from "lucide-react";
import { Fragment, useState } from "react";
import type { Organization } from "../../../protocol/api/auth.ts";
import { queries } from "../../api/queries.ts";
import {
  MenuChoice,
  MenuContent,
  MenuItem,
  MenuLabel,
  MenuLine,
  MenuRoot,
  MenuTrigger,
} from "../../ui/menu.tsx";
import { CreateProjectDialog } from "../organization/create-project-dialog.tsx";
import type { Scope } from "./scope.ts";

export function ProjectSwitcher({ scope, organizations }: { scope: Scope; organizations: Organization[] }) {
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const projects = useQueries({ queries: organizations.map((each) => queries.projects(each.id)) });
  return (
    <>
      <MenuRoot>
        <MenuTrigger className="flex items-center gap-2 rounded-lg border bg-raised px-2.5 py-1.5 text-left hover:border-line-strong">
          <span className="min-w-0 flex-1">
            <span className="sr-only">Project: </span>
            <span className="block truncate text-sm font-medium">{scope.project?.name ?? "No project"}</span>
            <span className="block truncate text-xs text-soft">{scope.organization?.name}</span>
          </span>
          <ChevronsUpDown aria-hidden className="size-3.5 text-faint" />
        </MenuTrigger>
        <MenuContent align="start">
          {organizations.map((organization, index) => (
            <Fragment key={organization.id}>
              <MenuLabel>{organization.name}</MenuLabel>
              <MenuChoice
                value={scope.project?.id ?? ""}
                onValueChange={(projectId) =>
                  void navigate({ to: "/projects/$projectId/fleets", params: { projectId } })
                }
                options={(projects[index]?.data ?? []).map((each) => ({ value: each.id, label: each.name }))}
              />
            </Fragment>
          ))}
          <MenuLine />
          <MenuItem onSelect={() => setCreating(true)}>
            <Plus aria-hidden /> New project
          </MenuItem>
        </MenuContent>
      </MenuRoot>
      {scope.organization ? (
        <CreateProjectDialog orgId={scope.organization.id} open={creating} onOpenChange={setCreating} />
      ) : null}
    </>
  );
}

export function FleetSwitcher({ scope }: { scope: Scope }) {
  const navigate = useNavigate();
  return (
    <MenuRoot>
      <MenuTrigger className="mb-1 flex h-8 items-center gap-2 rounded-md border bg-raised px-2.5 text-left hover:border-line-strong">
        <span className="sr-only">Fleet: </span>
        <span className="min-w-0 flex-1 truncate text-sm font-medium">{scope.fleet?.name}</span>
        <ChevronsUpDown aria-hidden className="size-3.5 text-faint" />
      </MenuTrigger>
      <MenuContent align="start">
        <MenuLabel>Fleets of {scope.project?.name}</MenuLabel>
        <MenuChoice
          value={scope.fleet?.id ?? ""}
          onValueChange={(fleetId) => void navigate({ to: "/fleets/$fleetId", params: { fleetId } })}
          options={scope.fleets.map((each) => ({ value: each.id, label: each.name }))}
        />
      </MenuContent>
    </MenuRoot>
  );
}
