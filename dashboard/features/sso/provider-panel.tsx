import { useState } from "react";
import type { SsoConnection } from "../../../protocol/api/sso.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { fieldOf } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { CopyBlock } from "../../ui/copy.tsx";
import { TextField } from "../../ui/field.tsx";
import { Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { useSsoWrite } from "./sso-queries.ts";

const words = (text: string): string[] => text.split(/\s+/).filter((one) => one !== "");

export function ProviderPanel({ orgId, connection }: { orgId: string; connection: SsoConnection }) {
  const refused = useWhyNot(orgId)("sso.write");
  const [draft, setDraft] = useState({
    name: connection.name,
    clientId: connection.clientId,
    clientSecret: "",
    scopes: connection.scopes.join(" "),
  });
  const save = useSsoWrite(orgId, {
    send: () => {
      const { clientSecret, scopes, ...rest } = draft;
      return api.call("PATCH /v1/orgs/{org}/sso-connections/{connection}", {
        path: { org: orgId, connection: connection.id },
        body: { ...rest, scopes: words(scopes), ...(clientSecret !== "" && { clientSecret }) },
        ifMatch: `"${connection.version}"`,
      });
    },
    told: () => "The provider's settings are saved.",
    onDone: () => setDraft((now) => ({ ...now, clientSecret: "" })),
  });
  const field = (name: keyof typeof draft) => ({
    value: draft[name],
    disabled: refused !== undefined,
    onChange: (event: { target: { value: string } }) => setDraft({ ...draft, [name]: event.target.value }),
    error: fieldOf(save.error, name),
  });
  return (
    <Panel title="Provider">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(undefined);
        }}
      >
        <div className="flex flex-col gap-1.5">
          <p className="text-sm font-medium">Redirect address to register there</p>
          <CopyBlock label="redirect address" text={connection.redirectUri} />
        </div>
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField label="Name" required maxLength={100} {...field("name")} />
          <TextField label="Client id" required maxLength={500} autoComplete="off" {...field("clientId")} />
          <TextField
            label="New client secret"
            type="password"
            maxLength={1000}
            autoComplete="new-password"
            hint={connection.clientSecretSet ? "Leave empty to keep the present one." : "There is none now."}
            {...field("clientSecret")}
          />
          <TextField
            label="Scopes"
            required
            hint="With blanks between them; openid is one."
            {...field("scopes")}
          />
        </div>
        {save.error ? <Problem error={save.error} /> : null}
        <Button type="submit" className="self-start" refused={refused} busy={save.isPending}>
          Save the provider
        </Button>
      </form>
    </Panel>
  );
}
