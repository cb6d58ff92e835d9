import { useState } from "react";
import type { Environment } from "../../../protocol/api/projects.ts";
import type { Rollout } from "../../../protocol/api/rollouts.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { exactTime } from "../../lib/time.ts";
import { freezeAt } from "../../lib/windows.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Panel } from "../../ui/page.tsx";
import { useRolloutAction } from "./use-rollout-action.ts";

interface FreezePanelProps {
  rollout: Rollout;
  environment: Environment | undefined;
}

/** While a freeze is on: an admin may let this rollout go on, and says why. */
export function FreezePanel({ rollout, environment }: FreezePanelProps) {
  const [reason, setReason] = useState("");
  const act = useRolloutAction(rollout.id);
  const whyNot = useWhyNot(environment?.organizationId);
  const freeze = freezeAt(environment?.freezes ?? [], Date.now());
  if (!freeze) return null;
  const refused = whyNot("rollout.override_freeze", {
    projectId: environment?.projectId,
    environmentId: environment?.id,
  });
  return (
    <Panel
      title={`${environment?.name} is frozen`}
      description={`Until ${exactTime(freeze.until)}: ${freeze.reason}`}
      className="border-busy/50"
    >
      {refused === undefined ? (
        <form
          className="flex flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            act.mutate(() =>
              api.call("POST /v1/rollouts/{rollout}/override-freeze", {
                path: { rollout: rollout.id },
                body: { reason: reason.trim() },
              }),
            );
          }}
        >
          <TextField
            label="Why this one may go on"
            required
            maxLength={500}
            className="min-w-56 flex-1"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <Button type="submit" busy={act.isPending}>
            Override the freeze
          </Button>
        </form>
      ) : (
        <p className="text-soft">No wave starts before then. {refused}</p>
      )}
    </Panel>
  );
}
