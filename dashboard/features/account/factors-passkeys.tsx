import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { deviceOf } from "../../../domain/accounts/devices.ts";
import type { Factors, Passkey, PasskeyRegistration } from "../../../protocol/api/factors.ts";
import { api } from "../../api/client.ts";
import { makePasskey, passkeysPossible } from "../../api/passkeys.ts";
import { queryClient } from "../../api/queries.ts";
import { fieldOf } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm, Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Time } from "../../ui/time.tsx";
import { factorsQuery, showChanged } from "./factors-query.ts";
import { LastFactorWarning } from "./factors-totp.tsx";

interface PasskeysPanelProps {
  factors: Factors;
  onCodes: (codes: string[]) => void;
}

export function PasskeysPanel({ factors, onCodes }: PasskeysPanelProps) {
  const { passkeys, passkeysRefused } = factors;
  const [made, setMade] = useState<PasskeyRegistration | null>(null);
  const make = useMutation({
    mutationFn: async () => makePasskey(await api.call("POST /v1/me/passkeys/options")),
    onSuccess: setMade,
  });
  const refused =
    passkeysRefused ?? (passkeysPossible() ? undefined : "This browser makes no passkeys for this address.");
  return (
    <Panel
      title="Passkeys"
      description="Sign in with your fingerprint, your face or a security key, without the password."
      actions={
        <Button size="sm" busy={make.isPending} refused={refused} onClick={() => make.mutate()}>
          Add a passkey
        </Button>
      }
    >
      {make.error ? <Problem error={make.error} /> : null}
      {passkeys.length === 0 ? <p className="text-soft">{refused ?? "None is added."}</p> : null}
      <ul className="flex flex-col divide-y">
        {passkeys.map((passkey) => (
          <PasskeyItem
            key={passkey.id}
            passkey={passkey}
            lastFactor={passkeys.length === 1 && factors.totp === null}
          />
        ))}
      </ul>
      {made ? <NamePasskey made={made} onClose={() => setMade(null)} onCodes={onCodes} /> : null}
    </Panel>
  );
}

interface NamePasskeyProps {
  made: PasskeyRegistration;
  onClose: () => void;
  onCodes: (codes: string[]) => void;
}

function NamePasskey({ made, onClose, onCodes }: NamePasskeyProps) {
  const [name, setName] = useState(() => deviceOf(navigator.userAgent));
  const add = useMutation({
    mutationFn: () => api.call("POST /v1/me/passkeys", { body: { name, passkey: made } }),
    onSuccess: async (changed) => {
      onClose();
      if (changed.recoveryCodes) onCodes(changed.recoveryCodes);
      toast.success(`The passkey “${name}” is added.`);
      await showChanged(changed);
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Name the passkey"
      description="So that you know it again in the list."
    >
      <NameForm
        name={name}
        onName={setName}
        action="Add the passkey"
        busy={add.isPending}
        error={add.error}
        onSubmit={() => add.mutate()}
      />
    </Dialog>
  );
}

interface NameFormProps {
  name: string;
  onName: (name: string) => void;
  action: string;
  busy: boolean;
  error: unknown;
  onSubmit: () => void;
}

function NameForm({ name, onName, action, busy, error, onSubmit }: NameFormProps) {
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <TextField
        label="Name"
        required
        maxLength={100}
        value={name}
        onChange={(event) => onName(event.target.value)}
        error={fieldOf(error, "name")}
      />
      {error ? <Problem error={error} /> : null}
      <Button type="submit" look="primary" busy={busy}>
        {action}
      </Button>
    </form>
  );
}

function PasskeyItem({ passkey, lastFactor }: { passkey: Passkey; lastFactor: boolean }) {
  const [dialog, setDialog] = useState<"rename" | "remove" | null>(null);
  const close = () => setDialog(null);
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-2.5 first:pt-0 last:pb-0">
      <div className="min-w-0">
        <p className="font-medium break-words">{passkey.name}</p>
        <p className="text-sm text-soft">
          Added <Time at={passkey.createdAt} />, used <Time at={passkey.lastUsedAt} />
          {passkey.synced ? ", kept by your password manager" : ""}
        </p>
      </div>
      <div className="flex gap-2">
        <Button size="sm" aria-label={`Rename ${passkey.name}`} onClick={() => setDialog("rename")}>
          Rename
        </Button>
        <Button size="sm" aria-label={`Remove ${passkey.name}`} onClick={() => setDialog("remove")}>
          Remove
        </Button>
      </div>
      {dialog === "rename" ? <RenamePasskey passkey={passkey} onClose={close} /> : null}
      <RemovePasskey passkey={passkey} lastFactor={lastFactor} open={dialog === "remove"} onClose={close} />
    </li>
  );
}

function RenamePasskey({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const [name, setName] = useState(passkey.name);
  const rename = useMutation({
    mutationFn: () =>
      api.call("PATCH /v1/me/passkeys/{passkey}", { path: { passkey: passkey.id }, body: { name } }),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries(factorsQuery);
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Rename the passkey"
      description={passkey.name}
    >
      <NameForm
        name={name}
        onName={setName}
        action="Rename"
        busy={rename.isPending}
        error={rename.error}
        onSubmit={() => rename.mutate()}
      />
    </Dialog>
  );
}

interface RemovePasskeyProps {
  passkey: Passkey;
  lastFactor: boolean;
  open: boolean;
  onClose: () => void;
}

function RemovePasskey({ passkey, lastFactor, open, onClose }: RemovePasskeyProps) {
  const remove = useMutation({
    mutationFn: () => api.call("DELETE /v1/me/passkeys/{passkey}", { path: { passkey: passkey.id } }),
    onSuccess: async (changed) => {
      onClose();
      toast.success(`The passkey “${passkey.name}” is removed.`);
      await showChanged(changed);
    },
  });
  return (
    <Confirm
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={`Remove the passkey “${passkey.name}”?`}
      action="Remove"
      danger
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
    >
      It does not sign in any more. {lastFactor ? <LastFactorWarning /> : null}
      {remove.error ? <Problem error={remove.error} /> : null}
    </Confirm>
  );
}
