import { useState } from "react";
import { readLabelWord } from "../../../../domain/fleets/operator-labels.ts";
import { fieldOf } from "../../../api/use-write.ts";
import { plural } from "../../../lib/format.ts";
import { CheckField, TextField } from "../../../ui/field.tsx";
import { WriteDialog } from "../../../ui/write-dialog.tsx";
import { PlannedAgents } from "./planned-agents.tsx";
import { useOrder } from "./use-order.ts";

interface LabelDialogProps {
  fleetId: string;
  agents: string[];
  /** Keys to give back to the agents' own word, at first. */
  reset?: string[];
  onClose: () => void;
  onDone: () => void;
}

const wordsOf = (text: string) => text.split(/\s+/).filter(Boolean);

export function LabelDialog({ fleetId, agents, reset = [], onClose, onDone }: LabelDialogProps) {
  const [labels, setLabels] = useState("");
  const [back, setBack] = useState(reset.join(" "));
  const [immediately, setImmediately] = useState(false);
  const order = useOrder(fleetId, onDone);
  const wrong = wordsOf(labels).find((word) => readLabelWord(word) === null);
  const change = (set: () => void) => {
    set();
    order.changed();
  };
  return (
    <WriteDialog
      title={`Labels of ${plural(agents.length, "agent")}`}
      description="What you set wins over what agents report and over their tokens' labels."
      wide
      action={
        order.plan ? (order.plan.byRollout ? "Start the rollout" : "Change the labels") : "See what it does"
      }
      disabled={
        wrong !== undefined || (labels.trim() === "" && back.trim() === "") || order.plan?.total === 0
      }
      write={order}
      onSubmit={() =>
        order.submit({
          action: "label",
          agents,
          labels: Object.fromEntries(wordsOf(labels).flatMap((word) => [readLabelWord(word) ?? []])),
          resetLabels: wordsOf(back),
          immediately,
        })
      }
      onClose={onClose}
    >
      <TextField
        label="Set or take away"
        placeholder="tier=edge canary-"
        hint="key=value sets a label; key- takes it away, whatever the agent reports."
        value={labels}
        onChange={(event) => change(() => setLabels(event.target.value))}
        error={
          wrong === undefined
            ? fieldOf(order.error, "labels")
            : `"${wrong}" names no label: write key=value or key-`
        }
      />
      <TextField
        label="As reported again"
        placeholder="region"
        hint="Keys that are again what agents report and their tokens give."
        value={back}
        onChange={(event) => change(() => setBack(event.target.value))}
        error={fieldOf(order.error, "resetLabels")}
      />
      <CheckField
        label="Immediately, without a rollout"
        hint="Agents that would run something else get it at once."
        checked={immediately}
        onChange={(checked) => change(() => setImmediately(checked))}
      />
      {order.plan ? <PlannedAgents plan={order.plan} /> : null}
    </WriteDialog>
  );
}
