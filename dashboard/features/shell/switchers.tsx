import { useNavigate } from "@tanstack/react-router";
import { Building2, ChevronsUpDown, Plus } from "lucide-react";
import { useState } from "react";
import type { Organization } from "../../../protocol/api/auth.ts";
import { cx } from "../../lib/class-names.ts";
import { whyNot } from "../../lib/why-not.ts";
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
import { CreateOrganizationDialog } from "../organizations/create-organization-dialog.tsx";
import type { Scope } from "./scope.ts";

const switcher =
  "flex items-center gap-2 border bg-raised px-2.5 text-left hover:border-line-strong focus-visible:z-10";

/** Which organization, and which of its projects. */
export function PlaceSwitchers({ scope, organizations }: { scope: Scope; organizations: Organization[] }) {
  const navigate = useNavigate();
  const [creating, setCreating] = useState<"organization" | "project" | null>(null);
  const close = () => setCreating(null);
  const { organization, project } = scope;
  const mayCreate = whyNot(organization ?? undefined, "project.write") === undefined;
  return (
    <div>
      <MenuRoot>
        <MenuTrigger className={cx(switcher, "w-full rounded-t-lg py-1.5")}>
          <Building2 aria-hidden className="size-3.5 shrink-0 text-soft" />
          <span className="sr-only">Organization: </span>
          <span className="min-w-0 flex-1 truncate text-sm">{organization?.name ?? "No organization"}</span>
          <ChevronsUpDown aria-hidden className="size-3.5 text-faint" />
        </MenuTrigger>
        <MenuContent align="start">
          <MenuLabel>Organizations</MenuLabel>
          <MenuChoice
            value={organization?.id ?? ""}
            onValueChange={(orgId) => void navigate({ to: "/orgs/$orgId", params: { orgId } })}
            options={organizations.map((each) => ({ value: each.id, label: each.name }))}
          />
          <MenuLine />
          <MenuItem onSelect={() => void navigate({ to: "/orgs" })}>
            <Building2 aria-hidden /> All organizations
          </MenuItem>
          <MenuItem onSelect={() => setCreating("organization")}>
            <Plus aria-hidden /> New organization
          </MenuItem>
        </MenuContent>
      </MenuRoot>
      <MenuRoot>
        <MenuTrigger className={cx(switcher, "-mt-px w-full rounded-b-lg py-2")}>
          <span className="sr-only">Project: </span>
          <span className="min-w-0 flex-1 truncate text-sm font-medium">{project?.name ?? "No project"}</span>
          <ChevronsUpDown aria-hidden className="size-3.5 text-faint" />
        </MenuTrigger>
        <MenuContent align="start">
          <MenuLabel>Projects of {organization?.name}</MenuLabel>
          <MenuChoice
            value={project?.id ?? ""}
            onValueChange={(projectId) =>
              void navigate({ to: "/projects/$projectId/fleets", params: { projectId } })
            }
            options={scope.projects.map((each) => ({ value: each.id, label: each.name }))}
          />
          {mayCreate ? (
            <>
              <MenuLine />
              <MenuItem onSelect={() => setCreating("project")}>
                <Plus aria-hidden /> New project
              </MenuItem>
            </>
          ) : null}
        </MenuContent>
      </MenuRoot>
      <CreateOrganizationDialog open={creating === "organization"} onOpenChange={close} />
      {organization ? (
        <CreateProjectDialog orgId={organization.id} open={creating === "project"} onOpenChange={close} />
      ) : null}
    </div>
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
