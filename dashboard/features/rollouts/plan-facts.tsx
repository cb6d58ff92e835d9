import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { RolloutDetail } from "../../../protocol/api/rollouts.ts";
import { queries } from "../../api/queries.ts";
import { plural } from "../../lib/format.ts";
import { duration } from "../../lib/time.ts";
import { windowText } from "../../lib/windows.ts";
import { Facts, Panel } from "../../ui/page.tsx";
import { Time } from "../../ui/time.tsx";
import { shortDigest } from "../plan/image.ts";
import { metricGateText, strategyText, webhookText } from "./strategy-text.ts";

const link = "text-accent underline underline-offset-2";

/** What was asked for when it was started. */
export function PlanFacts({ rollout }: { rollout: RolloutDetail }) {
  const release = useQuery(queries.release(rollout.releaseId)).data;
  const { gates, schedule, approval, freezeOverride } = rollout;
  const items: [string, ReactNode][] = [
    [
      "Release",
      <Link
        key="release"
        to="/fleets/$fleetId/releases/$releaseId"
        params={{ fleetId: rollout.fleetId, releaseId: rollout.releaseId }}
        className={link}
      >
        Release {rollout.releaseNumber}
      </Link>,
    ],
  ];
  if (rollout.revertOf) {
    items.push([
      "Takes back",
      <Link
        key="revert"
        to="/fleets/$fleetId/rollouts/$rolloutId"
        params={{ fleetId: rollout.fleetId, rolloutId: rollout.revertOf }}
        className={link}
      >
        an earlier rollout
      </Link>,
    ]);
  } else if (release) {
    items.push([
      "Configs",
      release.assignments.length === 0 ? (
        "none"
      ) : (
        <ul key="configs">
          {release.assignments.map((assignment) => (
            <li key={`${assignment.configId} ${assignment.selector} ${assignment.fileName}`}>
              <Link to="/configs/$configId" params={{ configId: assignment.configId }} className={link}>
                {assignment.configName} version {assignment.version}
              </Link>{" "}
              <span className="text-soft">
                as {assignment.fileName} for {assignment.selector || "every agent"}
                {assignment.image ? `, image ${assignment.image.ref} (${shortDigest(assignment.image)})` : ""}
              </span>
            </li>
          ))}
        </ul>
      ),
    ]);
    if (release.packages.length > 0) {
      items.push(["Packages", release.packages.map((one) => `${one.name} ${one.version}`).join(", ")]);
    }
  }
  items.push(
    ["Strategy", strategyText(rollout.strategy)],
    ["Soak", duration(gates.soakSeconds)],
    ["Failures allowed", String(gates.maxFailures)],
    ["Must report", plural(gates.minReported, "agent")],
    ["Time to apply", duration(gates.applyTimeoutSeconds)],
    ["Progress deadline", duration(gates.progressDeadlineSeconds)],
  );
  if (gates.metrics.length > 0)
    items.push(["Metrics", <Lines key="m" lines={gates.metrics.map(metricGateText)} />]);
  if (gates.webhooks.length > 0)
    items.push(["Webhooks", <Lines key="w" lines={gates.webhooks.map(webhookText)} />]);
  items.push([
    "When it fails",
    rollout.autoRevert ? "each agent returns to what it ran" : "agents stay as they are",
  ]);
  if (schedule.startAt) items.push(["Start at", <Time key="at" at={schedule.startAt} />]);
  if (schedule.windows.length > 0) {
    items.push([
      "Windows",
      <Lines key="windows" lines={schedule.windows.map((window) => windowText(window))} />,
    ]);
  }
  if (approval?.by) {
    const verb = approval.verdict === "reject" ? "Rejected" : "Approved";
    items.push([`${verb} by`, `${approval.by}${approval.comment ? `: ${approval.comment}` : ""}`]);
  }
  if (freezeOverride) items.push(["Freeze overridden", `${freezeOverride.by}: ${freezeOverride.reason}`]);
  items.push(
    ["Asked for by", rollout.author],
    ["Asked for", <Time key="created" at={rollout.createdAt} />],
    ["Started", rollout.startedAt ? <Time key="started" at={rollout.startedAt} /> : "not yet"],
    ["Ended", rollout.endedAt ? <Time key="ended" at={rollout.endedAt} /> : "not yet"],
  );
  return (
    <Panel title="Plan">
      <Facts items={items} />
    </Panel>
  );
}

function Lines({ lines }: { lines: string[] }) {
  return (
    <ul>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
