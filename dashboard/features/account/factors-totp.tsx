import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { Factors, StartedTotp } from "../../../protocol/api/factors.ts";
import { api } from "../../api/client.ts";
import { fieldOf } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { CopyBlock } from "../../ui/copy.tsx";
import { Confirm, Dialog } from "../../ui/dialog.tsx";
import { Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Time } from "../../ui/time.tsx";
import { CodeField } from "./code-field.tsx";
import { showChanged } from "./factors-query.ts";
import { QrCode } from "./qr-code.tsx";

interface TotpPanelProps {
  factors: Factors;
  onCodes: (codes: string[]) => void;
}

export function TotpPanel({ factors, onCodes }: TotpPanelProps) {
  const { totp } = factors;
  const [started, setStarted] = useState<StartedTotp | null>(null);
  const start = useMutation({ mutationFn: () => api.call("POST /v1/me/totp"), onSuccess: setStarted });
  return (
    <Panel
      title="Authenticator app"
      description="An app on your phone shows a code that you enter after the password."
      actions={
        totp ? (
          <RemoveTotp lastFactor={factors.passkeys.length === 0} />
        ) : (
          <Button size="sm" busy={start.isPending} onClick={() => start.mutate()}>
            Add an app
          </Button>
        )
      }
    >
      {start.error ? <Problem error={start.error} /> : null}
      {totp ? (
        <p>
          Added <Time at={totp.confirmedAt} />.
        </p>
      ) : (
        <p className="text-soft">None is added.</p>
      )}
      {started ? <AddTotp started={started} onClose={() => setStarted(null)} onCodes={onCodes} /> : null}
    </Panel>
  );
}

interface AddTotpProps {
  started: StartedTotp;
  onClose: () => void;
  onCodes: (codes: string[]) => void;
}

function AddTotp({ started, onClose, onCodes }: AddTotpProps) {
  const [code, setCode] = useState("");
  const confirm = useMutation({
    mutationFn: () => api.call("POST /v1/me/totp/confirm", { body: { code } }),
    onSuccess: async (changed) => {
      onClose();
      if (changed.recoveryCodes) onCodes(changed.recoveryCodes);
      toast.success("The authenticator app is added.");
      await showChanged(changed);
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Add an authenticator app"
      description="Scan this with the app, or type the secret into it. Then enter the code that it shows."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          confirm.mutate();
        }}
      >
        <div className="flex justify-center">
          <QrCode text={started.uri} label="QR code for the authenticator app" />
        </div>
        <CopyBlock text={started.secret} label="secret" />
        <CodeField value={code} onChange={setCode} error={fieldOf(confirm.error, "code")} />
        {confirm.error ? <Problem error={confirm.error} /> : null}
        <Button type="submit" look="primary" busy={confirm.isPending}>
          Add the app
        </Button>
      </form>
    </Dialog>
  );
}

function RemoveTotp({ lastFactor }: { lastFactor: boolean }) {
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => api.call("DELETE /v1/me/totp"),
    onSuccess: async (changed) => {
      setAsking(false);
      toast.success("The authenticator app is removed.");
      await showChanged(changed);
    },
  });
  return (
    <>
      <Button size="sm" onClick={() => setAsking(true)}>
        Remove
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title="Remove the authenticator app?"
        action="Remove"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        Its codes do not count any more.{lastFactor ? " " : ""}
        {lastFactor ? <LastFactorWarning /> : null}
        {remove.error ? <Problem error={remove.error} /> : null}
      </Confirm>
    </>
  );
}

export function LastFactorWarning() {
  return (
    <span>
      It is your last second factor: your recovery codes end with it, your password alone signs in, and
      organizations that ask for a second factor are closed to you.
    </span>
  );
}
