import { useState } from "react";
import { fieldOf } from "../../../api/use-write.ts";
import { plural } from "../../../lib/format.ts";
import { TextField } from "../../../ui/field.tsx";
import { WriteDialog } from "../../../ui/write-dialog.tsx";
import { PlannedAgents } from "./planned-agents.tsx";
import { useOrder } from "./use-order.ts";

interface RestartDialogProps {
  fleetId: string;
  agents: string[];
  onClose: () => void;
  onDone: () => void;
}

/** `5` or `10%`; null = neither. */
function amountOf(text: string): number | string | null {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  return /^(100|[1-9]\d?)%$/.test(text) ? text : null;
}

export function RestartDialog({ fleetId, agents, onClose, onDone }: RestartDialogProps) {
  const [amount, setAmount] = useState("1");
  const order = useOrder(fleetId, onDone);
  const maxUnavailable = amountOf(amount.trim());
  return (
    <WriteDialog
      title={`Restart ${plural(agents.length, "agent")}`}
      description="What they run is restarted. The next agent is told when one is back and healthy; the first that is not within two minutes ends it."
      wide
      action={order.plan ? "Restart them" : "See what it does"}
      disabled={maxUnavailable === null || order.plan?.total === 0}
      write={order}
      onSubmit={() => maxUnavailable !== null && order.submit({ action: "restart", agents, maxUnavailable })}
      onClose={onClose}
    >
      <TextField
        label="At the same time"
        hint="A number of agents, or a percentage such as 10%."
        value={amount}
        onChange={(event) => {
          setAmount(event.target.value);
          order.changed();
        }}
        error={
          maxUnavailable === null
            ? "write a number such as 5, or a percentage such as 10%"
            : fieldOf(order.error, "maxUnavailable")
        }
      />
      {order.plan ? <PlannedAgents plan={order.plan} /> : null}
    </WriteDialog>
  );
}
