import { useState } from "react";
import type { OrganizationDetail } from "../../../protocol/api/organizations.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { ApiError } from "../../api/problem.ts";
import { refresh } from "../../api/session.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Facts, Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Time } from "../../ui/time.tsx";

export function RenamePanel({ organization }: { organization: OrganizationDetail }) {
  const refused = useWhyNot(organization.id)("organization.write");
  const [name, setName] = useState(organization.name);
  const [slug, setSlug] = useState(organization.slug);
  const save = useWrite({
    send: () =>
      api.call("PATCH /v1/orgs/{org}", {
        path: { org: organization.id },
        body: { name, slug },
        ifMatch: `"${organization.version}"`,
      }),
    stale: [`/v1/orgs/${organization.id}`],
    shown: true,
    onDone: () => void refresh(),
  });
  const meanwhile = save.error instanceof ApiError && save.error.code === "conflict";
  const changed = name.trim() !== organization.name || slug.trim() !== organization.slug;
  return (
    <Panel title="Organization">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(undefined);
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label="Name"
            required
            maxLength={100}
            disabled={refused !== undefined}
            value={name}
            onChange={(event) => setName(event.target.value)}
            error={fieldOf(save.error, "name")}
          />
          <TextField
            label="Short name"
            required
            maxLength={63}
            disabled={refused !== undefined}
            hint="In addresses and commands: lower-case letters, digits and dashes."
            value={slug}
            onChange={(event) => setSlug(event.target.value)}
            error={fieldOf(save.error, "slug")}
          />
        </div>
        {save.error ? <Problem error={save.error} /> : null}
        {meanwhile ? (
          <p role="status" className="text-sm">
            It is now called {organization.name}, in short {organization.slug}. Save again to put yours in its
            place, or{" "}
            <button
              type="button"
              className="font-medium underline underline-offset-2"
              onClick={() => {
                setName(organization.name);
                setSlug(organization.slug);
                save.reset();
              }}
            >
              take what is there
            </button>
            .
          </p>
        ) : null}
        <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
          <Button type="submit" look="primary" busy={save.isPending} refused={refused} disabled={!changed}>
            Save
          </Button>
        </div>
        <Facts
          items={[
            [
              "Id",
              <code key="id" className="font-mono text-sm break-all">
                {organization.id}
              </code>,
            ],
            ["Plan", organization.plan],
            ["Your role", organization.roleName],
            ["Made", <Time key="made" at={organization.createdAt} />],
          ]}
        />
      </form>
    </Panel>
  );
}
