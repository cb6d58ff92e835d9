import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { queries } from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { chooseTheme, themeChoices, useThemeChoice } from "../../lib/theme.ts";
import { Button } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Facts, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Time } from "../../ui/time.tsx";
import { CreateProjectDialog } from "./create-project-dialog.tsx";

const themeTexts = { system: "As the system", light: "Light", dark: "Dark" };

export function SettingsPage() {
  const { orgId } = useParams({ from: "/app/orgs/$orgId/settings" });
  const session = useSession();
  const organization = session?.organizations.find((each) => each.id === orgId);
  const projects = useQuery(queries.projects(orgId));
  const theme = useThemeChoice();
  const [creating, setCreating] = useState(false);
  return (
    <Page title="Settings">
      <Panel title="Organization">
        {organization ? (
          <Facts
            items={[
              ["Name", organization.name],
              ["Short name", organization.slug],
              [
                "Id",
                <code key="id" className="font-mono text-sm break-all">
                  {organization.id}
                </code>,
              ],
              ["Your role", organization.role],
              ["Made", <Time key="made" at={organization.createdAt} />],
            ]}
          />
        ) : (
          <p className="text-soft">You are not in this organization. Choose another in the switcher.</p>
        )}
      </Panel>
      <Panel
        title="Projects"
        actions={
          <Button size="sm" onClick={() => setCreating(true)}>
            <Plus aria-hidden className="size-3.5" />
            New project
          </Button>
        }
      >
        {projects.error ? <Problem error={projects.error} retry={projects.refetch} /> : null}
        {projects.isPending ? <Skeleton rows={2} /> : null}
        <ul className="flex flex-col gap-1.5">
          {projects.data?.map((project) => (
            <li key={project.id}>
              <Link
                to="/projects/$projectId/fleets"
                params={{ projectId: project.id }}
                className="font-medium text-accent underline underline-offset-2"
              >
                {project.name}
              </Link>{" "}
              <span className="text-sm text-soft">{project.slug}</span>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title="You">
        <div className="flex flex-col gap-4">
          <Facts
            items={[
              ["E-mail", session?.user.email ?? ""],
              ["Name", session?.user.name ?? "not given"],
            ]}
          />
          <SelectField
            label="Appearance"
            className="max-w-xs"
            value={theme}
            onChange={(event) => {
              const choice = themeChoices.find((each) => each === event.target.value);
              if (choice) chooseTheme(choice);
            }}
          >
            {themeChoices.map((each) => (
              <option key={each} value={each}>
                {themeTexts[each]}
              </option>
            ))}
          </SelectField>
        </div>
      </Panel>
      <CreateProjectDialog orgId={orgId} open={creating} onOpenChange={setCreating} />
    </Page>
  );
}
