import { Download } from "lucide-react";
import { useState } from "react";
import { useSession } from "../../api/session.ts";
import { downloadText } from "../../lib/download.ts";
import { Button } from "../../ui/button.tsx";
import { CopyBlock } from "../../ui/copy.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CheckField } from "../../ui/field.tsx";

interface RecoveryCodesDialogProps {
  codes: string[] | null;
  onDone: () => void;
}

/** New recovery codes, shown this once: it closes only when the person says that they are kept. */
export function RecoveryCodesDialog({ codes, onDone }: RecoveryCodesDialogProps) {
  const [kept, setKept] = useState(false);
  const email = useSession()?.user.email ?? "";
  const done = () => {
    setKept(false);
    onDone();
  };
  const text = codes?.join("\n") ?? "";
  return (
    <Dialog
      open={codes !== null}
      onOpenChange={(open) => {
        if (!open && kept) done();
      }}
      title="Keep your recovery codes"
      description="Each of them signs you in once, with your password, when your passkey or app is lost. They are shown this once."
      footer={
        <>
          <Button
            onClick={() =>
              downloadText(
                "muster-recovery-codes.txt",
                `Recovery codes of ${email} at ${location.host}. Each counts once.\n\n${text}\n`,
                "text/plain",
              )
            }
          >
            <Download aria-hidden className="size-3.5" />
            Download
          </Button>
          <Button look="primary" disabled={!kept} onClick={done}>
            Done
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <CopyBlock text={text} label="recovery codes" />
        <p className="text-sm text-soft">
          Keep them apart from the device, in a password manager or on paper. Nobody else can let you in: not
          an owner of your organization, and not we.
        </p>
        <CheckField label="I have kept them." checked={kept} onChange={setKept} />
      </div>
    </Dialog>
  );
}
