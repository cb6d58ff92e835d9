import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { CodesPanel } from "./factors-codes.tsx";
import { RecoveryCodesDialog } from "./factors-codes-dialog.tsx";
import { PasskeysPanel } from "./factors-passkeys.tsx";
import { factorsQuery } from "./factors-query.ts";
import { TotpPanel } from "./factors-totp.tsx";

/** What a person shows beside the password: passkeys, an authenticator app, recovery codes. */
export function FactorsPanels() {
  const factors = useQuery(factorsQuery);
  const [codes, setCodes] = useState<string[] | null>(null);
  if (factors.error) return <Problem error={factors.error} retry={factors.refetch} />;
  if (!factors.data) {
    return (
      <Panel title="Second factor">
        <Skeleton rows={6} />
      </Panel>
    );
  }
  const { requiredBy } = factors.data;
  const any = factors.data.totp !== null || factors.data.passkeys.length > 0;
  return (
    <>
      {requiredBy.length > 0 && !any ? (
        <p role="status" className="rounded-lg border border-warn/40 bg-warn-tint px-4 py-3">
          {requiredBy.map((one) => one.name).join(", ")} asks for a second factor. Add a passkey or an
          authenticator app to get in.
        </p>
      ) : null}
      <PasskeysPanel factors={factors.data} onCodes={setCodes} />
      <TotpPanel factors={factors.data} onCodes={setCodes} />
      {any ? <CodesPanel factors={factors.data} onCodes={setCodes} /> : null}
      <RecoveryCodesDialog codes={codes} onDone={() => setCodes(null)} />
    </>
  );
}
