import type { ReactNode } from "react";
import type { LinkSent } from "../../../protocol/api/auth.ts";
import { exactTime } from "../../lib/time.ts";
import { Button } from "../../ui/button.tsx";
import { Problem } from "../../ui/problem.tsx";
import { AuthFrame } from "./frame.tsx";

interface CheckMailProps {
  sent: LinkSent;
  /** What the link does: "opens your account". */
  does: string;
  again: { send: () => void; busy: boolean; error: unknown };
  /** The way to another page. */
  footer: ReactNode;
}

/** After something was asked for whose answer goes by mail. Says the same whether there is such an account or not. */
export function CheckMail({ sent, does, again, footer }: CheckMailProps) {
  return (
    <AuthFrame title="Look into your mail" lead={`We wrote to ${sent.email}.`}>
      <div className="flex flex-col gap-4">
        <p>
          The mail holds a link that {does}. It counts once, until {exactTime(sent.expiresAt)}.
        </p>
        <p className="text-sm text-soft">
          Nothing there after a minute? Look into the spam folder, and check that the address is right.
        </p>
        {again.error ? <Problem error={again.error} /> : null}
        <Button busy={again.busy} onClick={again.send}>
          Send it again
        </Button>
      </div>
      <p className="mt-5 text-sm text-soft">{footer}</p>
    </AuthFrame>
  );
}
