import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Factors } from "../../../protocol/api/factors.ts";
import { api } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Time } from "../../ui/time.tsx";
import { showChanged } from "./factors-query.ts";

const fewCodes = 3;

interface CodesPanelProps {
  factors: Factors;
  onCodes: (codes: string[]) => void;
}

export function CodesPanel({ factors: { recoveryCodes }, onCodes }: CodesPanelProps) {
  const [asking, setAsking] = useState(false);
  const renew = useMutation({
    mutationFn: () => api.call("POST /v1/me/recovery-codes"),
    onSuccess: async (changed) => {
      setAsking(false);
      if (changed.recoveryCodes) onCodes(changed.recoveryCodes);
      await showChanged(changed);
    },
    onError: () => setAsking(false),
  });
  return (
    <Panel
      title="Recovery codes"
      description="For the day when your passkey or app is lost."
      actions={
        <Button size="sm" onClick={() => setAsking(true)}>
          New codes
        </Button>
      }
    >
      {recoveryCodes ? (
        <p>
          {recoveryCodes.left} left, made <Time at={recoveryCodes.createdAt} />.
          {recoveryCodes.left <= fewCodes ? " Make new ones before they run out." : ""}
        </p>
      ) : (
        <p>There are none.</p>
      )}
      {renew.error ? <Problem error={renew.error} /> : null}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title="Make new recovery codes?"
        action="Make new codes"
        busy={renew.isPending}
        onConfirm={() => renew.mutate()}
      >
        The old ones do not count any more.
      </Confirm>
    </Panel>
  );
}
