import { useState } from "react";
import type { Agent } from "../../../protocol/api/agents.ts";
import { api } from "../../api/client.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { CheckField, TextField } from "../../ui/field.tsx";
import { WriteDialog } from "../../ui/write-dialog.tsx";

/** Lets an agent go for good, after the reason that its row keeps. */
export function DecommissionDialog({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const [keepRunning, setKeepRunning] = useState(true);
  const write = useWrite({
    send: () =>
      api.call("POST /v1/agents/{agent}/decommission", {
        path: { agent: agent.id },
        body: { reason: reason.trim(), keepRunning },
      }),
    stale: [`/v1/agents/${agent.id}`, `/v1/fleets/${agent.fleetId}`],
    shown: true,
    onDone: onClose,
  });
  return (
    <WriteDialog
      title={`Decommission ${agent.name}?`}
      description="It leaves for good: its credential ends, Muster's own agent dials no more, and its row stays with the reason. This cannot be undone; to bring the machine back, enrol it anew."
      action="Decommission the agent"
      look="danger"
      disabled={reason.trim() === ""}
      write={write}
      onSubmit={() => write.mutate(undefined)}
      onClose={onClose}
    >
      <TextField
        label="Reason"
        hint="Such as: machine sold."
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        error={fieldOf(write.error, "reason")}
      />
      <CheckField
        label="What it runs goes on"
        hint="Otherwise it is told to stop it, if it is online."
        checked={keepRunning}
        onChange={setKeepRunning}
      />
    </WriteDialog>
  );
}
