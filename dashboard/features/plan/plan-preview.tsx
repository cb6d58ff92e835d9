import { CalendarClock, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { RenderAgentBody } from "../../../protocol/api/renders.ts";
import type { RolloutPreview } from "../../../protocol/api/rollouts.ts";
import { plural } from "../../lib/format.ts";
import { exactTime } from "../../lib/time.ts";
import { Button } from "../../ui/button.tsx";
import { Time } from "../../ui/time.tsx";
import { AgentRenderDialog } from "./agent-render-dialog.tsx";
import { shortDigest } from "./image.ts";
import { PlanDiffs } from "./plan-diffs.tsx";

const namesShown = 60;

interface PlanPreviewProps {
  plan: RolloutPreview;
  /** What an agent's files are shown of; null = they are not. */
  agentBody: RenderAgentBody | null;
  /** Another rollout is active, so that this one may have to wait for it. */
  active: boolean;
  /** A person must approve it first. */
  approval: boolean;
}

export function PlanPreview({ plan, agentBody, active, approval }: PlanPreviewProps) {
  const [shown, setShown] = useState<{ id: string; name: string } | null>(null);
  return (
    <div className="flex flex-col gap-4">
      <div>
        <p className="text-lg">
          {plan.total === plan.unchanged
            ? "No agent changes."
            : `${plural(plan.total - plan.unchanged, "agent")} in ${plural(plan.waves.length, "wave")}.`}
          {plan.unchanged > 0 ? (
            <span className="text-soft">
              {" "}
              {plural(plan.unchanged, "agent")}{" "}
              {plan.unchanged === 1 ? "runs this already and is" : "run this already and are"} not touched.
            </span>
          ) : null}
        </p>
        <p className="mt-1 flex items-start gap-2 text-soft">
          <CalendarClock aria-hidden className="mt-0.75 size-3.5 shrink-0" />
          <span>
            <StartText startsAt={plan.startsAt} active={active} approval={approval} />
          </span>
        </p>
      </div>
      {plan.warnings.length > 0 ? (
        <ul
          aria-label="Warnings"
          className="flex flex-col gap-1 rounded-lg border border-warn/40 bg-warn-tint px-4 py-2.5 text-sm"
        >
          {plan.warnings.map((warning) => (
            <li key={warning} className="flex items-start gap-2">
              <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0 text-warn" />
              <span className="min-w-0 break-words">{warning}</span>
            </li>
          ))}
        </ul>
      ) : null}
      {plan.assignments.length > 0 ? (
        <ul aria-label="Configs of the release" className="flex flex-col gap-1 text-sm">
          {plan.assignments.map((one) => (
            <li key={`${one.configId} ${one.selector} ${one.fileName}`}>
              <span className="font-medium">
                {one.configName} {one.version}
              </span>{" "}
              as {one.fileName} for {one.selector || "every agent"}
              {one.image ? `, image ${one.image.ref} (${shortDigest(one.image)})` : ""}
              <span className="text-soft">
                {" "}
                ({plural(one.agents, "agent")}
                {one.carriedOver ? ", kept from the current release" : ""})
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      <ol aria-label="Waves" className="flex flex-col gap-2">
        {plan.waves.map((wave) => (
          <Wave
            key={wave.number}
            wave={wave}
            changes={plan.diffs.length}
            onShow={agentBody ? setShown : null}
          />
        ))}
      </ol>
      <PlanDiffs diffs={plan.diffs} />
      {shown && agentBody ? (
        <AgentRenderDialog agent={shown} body={agentBody} onClose={() => setShown(null)} />
      ) : null}
    </div>
  );
}

/** Less than this ahead is now: the plan took a moment to make. */
const nowMs = 5000;

function StartText({
  startsAt,
  active,
  approval,
}: {
  startsAt: string | null;
  active: boolean;
  approval: boolean;
}) {
  if (startsAt === null) {
    const waits = [
      approval ? "a person has approved it" : null,
      active ? "the active rollout has ended" : null,
    ].filter((each) => each !== null);
    return `Starts once ${waits.join(" and ") || "nothing stands in its way"}.`;
  }
  if (Date.parse(startsAt) <= Date.now() + nowMs) return "Would start at once.";
  return (
    <>
      Would start <Time at={startsAt} />, {exactTime(startsAt)}.
    </>
  );
}

interface WaveProps {
  wave: RolloutPreview["waves"][number];
  changes: number;
  onShow: ((agent: { id: string; name: string }) => void) | null;
}

function Wave({ wave, changes, onShow }: WaveProps) {
  const [all, setAll] = useState(false);
  const shown = all ? wave.agents : wave.agents.slice(0, namesShown);
  return (
    <li className="rounded-lg border p-3">
      <h3 className="text-sm font-semibold">
        Wave {wave.number}{" "}
        <span className="font-normal text-soft">{plural(wave.agents.length, "agent")}</span>
      </h3>
      <ul className="mt-2 flex flex-wrap gap-1.5">
        {shown.map((agent) => (
          <li key={agent.id} className="max-w-full truncate rounded border bg-sunken px-2 py-0.5 text-sm">
            {onShow ? (
              <button
                type="button"
                className="underline-offset-2 hover:underline"
                title={`Show what ${agent.name} would get`}
                onClick={() => onShow(agent)}
              >
                {agent.name}
              </button>
            ) : (
              agent.name
            )}
            {agent.status === "online" ? null : <span className="text-warn"> {agent.status}</span>}
            {agent.change === "changed" ? null : <span className="text-soft"> {agent.change}</span>}
            {agent.diff === null || changes < 2 ? null : (
              <span className="text-soft"> change {agent.diff + 1}</span>
            )}
          </li>
        ))}
      </ul>
      {shown.length < wave.agents.length ? (
        <Button size="sm" look="quiet" className="mt-2" onClick={() => setAll(true)}>
          Show all {plural(wave.agents.length, "agent")}
        </Button>
      ) : null}
    </li>
  );
}
