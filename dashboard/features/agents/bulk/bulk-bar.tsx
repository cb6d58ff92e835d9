import { RotateCw, Tag } from "lucide-react";
import { useState } from "react";
import { useWhyNotInFleet } from "../../../api/access.ts";
import { plural } from "../../../lib/format.ts";
import { Button } from "../../../ui/button.tsx";
import { LabelDialog } from "./label-dialog.tsx";
import { RestartDialog } from "./restart-dialog.tsx";

/** As many as one order names. */
const mostAgents = 1_000;

interface BulkBarProps {
  fleetId: string;
  chosen: ReadonlySet<string>;
  /** Of the agents that the filters show. */
  shown: string[];
  onChoose: (agents: ReadonlySet<string>) => void;
}

/** What can be done to the chosen agents together. */
export function BulkBar({ fleetId, chosen, shown, onChoose }: BulkBarProps) {
  const [dialog, setDialog] = useState<"label" | "restart" | null>(null);
  const whyNot = useWhyNotInFleet(fleetId);
  const agents = [...chosen];
  const close = () => setDialog(null);
  const done = () => {
    close();
    onChoose(new Set());
  };
  const tooMany = chosen.size > mostAgents ? `At most ${mostAgents} agents at once` : undefined;
  if (chosen.size === 0) return null;
  return (
    <section
      aria-label="Chosen agents"
      className="flex shrink-0 flex-wrap items-center gap-2 rounded-lg border bg-raised px-4 py-2"
    >
      <span role="status" className="tabular mr-auto text-sm font-medium">
        {plural(chosen.size, "agent")} chosen
      </span>
      {chosen.size < shown.length ? (
        <Button look="quiet" size="sm" onClick={() => onChoose(new Set(shown))}>
          Choose all {shown.length} shown
        </Button>
      ) : null}
      <Button look="quiet" size="sm" onClick={() => onChoose(new Set())}>
        Choose none
      </Button>
      <Button size="sm" refused={whyNot("agent.operate") ?? tooMany} onClick={() => setDialog("label")}>
        <Tag aria-hidden className="size-3.5" />
        Labels
      </Button>
      <Button size="sm" refused={whyNot("agent.operate") ?? tooMany} onClick={() => setDialog("restart")}>
        <RotateCw aria-hidden className="size-3.5" />
        Restart
      </Button>
      {dialog === "label" ? (
        <LabelDialog fleetId={fleetId} agents={agents} onClose={close} onDone={done} />
      ) : null}
      {dialog === "restart" ? (
        <RestartDialog fleetId={fleetId} agents={agents} onClose={close} onDone={done} />
      ) : null}
    </section>
  );
}
