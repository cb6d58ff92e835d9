import { useState } from "react";
import type { SsoConnection } from "../../../protocol/api/sso.ts";
import { api } from "../../api/client.ts";
import { fieldOf } from "../../api/use-write.ts";
import { CopyBlock } from "../../ui/copy.tsx";
import { TextField } from "../../ui/field.tsx";
import { WriteDialog } from "../../ui/write-dialog.tsx";
import { useSsoWrite } from "./sso-queries.ts";

interface CreateConnectionDialogProps {
  orgId: string;
  onClose: () => void;
  onCreated: (made: Pick<SsoConnection, "id">) => void;
}

const empty = { name: "", issuer: "", clientId: "", clientSecret: "" };

export function CreateConnectionDialog({ orgId, onClose, onCreated }: CreateConnectionDialogProps) {
  const [draft, setDraft] = useState(empty);
  const create = useSsoWrite(orgId, {
    send: () => api.call("POST /v1/orgs/{org}/sso-connections", { path: { org: orgId }, body: draft }),
    told: ({ name }) => `The connection ${name} is made. It is off until you switch it on.`,
    onDone: onCreated,
  });
  const field = (name: keyof typeof empty) => ({
    value: draft[name],
    onChange: (event: { target: { value: string } }) => setDraft({ ...draft, [name]: event.target.value }),
    error: fieldOf(create.error, name),
  });
  return (
    <WriteDialog
      title="New connection"
      description="Make an application for Muster at your provider, with the address below to come back to."
      action="Make the connection"
      write={create}
      onSubmit={() => create.mutate(undefined)}
      onClose={onClose}
    >
      <CopyBlock label="redirect address" text={`${location.origin}/v1/auth/sso/callback`} />
      <TextField label="Name" required maxLength={100} placeholder="Okta" {...field("name")} />
      <TextField
        label="Issuer"
        type="url"
        required
        placeholder="https://login.example.com"
        hint="Its discovery document lies under /.well-known/openid-configuration. It cannot be changed later."
        {...field("issuer")}
      />
      <TextField label="Client id" required maxLength={500} autoComplete="off" {...field("clientId")} />
      <TextField
        label="Client secret"
        type="password"
        maxLength={1000}
        autoComplete="new-password"
        hint="Leave empty for a public client. It is kept sealed and never shown again."
        {...field("clientSecret")}
      />
    </WriteDialog>
  );
}
