import { Link } from "@tanstack/react-router";
import type { AgentExplanation } from "../../../protocol/api/agents.ts";
import { shortHash } from "../../lib/format.ts";
import { Time } from "../../ui/time.tsx";

export function AgentReasons({ explanation, fleetId }: { explanation: AgentExplanation; fleetId: string }) {
  const { rollout } = explanation;
  return (
    <div className="flex flex-col gap-4">
      <p className="text-lg">{explanation.summary}</p>
      <ul className="flex flex-col gap-2">
        {explanation.reasons.map((reason) => (
          <li key={`${reason.topic} ${reason.text}`} className="grid gap-x-4 sm:grid-cols-[6rem_1fr_auto]">
            <span className="text-sm text-soft">{reason.topic}</span>
            <span className="min-w-0 break-words">{reason.text}</span>
            {reason.since ? (
              <span className="text-sm text-soft">
                since <Time at={reason.since} />
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      {explanation.matched.length > 0 ? (
        <div>
          <h3 className="mb-1 text-sm text-soft">
            Matched {explanation.release ? `in release ${explanation.release.number}` : ""}
          </h3>
          <ul className="flex flex-col gap-1">
            {explanation.matched.map((match) => (
              <li key={match.configId}>
                <Link
                  to="/configs/$configId"
                  params={{ configId: match.configId }}
                  className="font-medium text-accent underline underline-offset-2"
                >
                  {match.configName} version {match.version}
                </Link>{" "}
                by{" "}
                {match.selector ? <code className="font-mono text-sm">{match.selector}</code> : "every agent"}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {rollout ? (
        <Link
          to="/fleets/$fleetId/rollouts/$rolloutId"
          params={{ fleetId, rolloutId: rollout.id }}
          className="self-start font-medium text-accent underline underline-offset-2"
        >
          Open the rollout{rollout.gate ? `; ${rollout.gate}` : ""}
        </Link>
      ) : null}
      {explanation.latched.length > 0 ? (
        <div>
          <h3 className="mb-1 text-sm text-soft">Failed here, not offered again</h3>
          <ul className="flex flex-col gap-1">
            {explanation.latched.map((latch) => (
              <li key={latch.hash} className="break-words">
                <code className="font-mono text-sm">{shortHash(latch.hash)}</code> <Time at={latch.at} />:{" "}
                {latch.error}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </div>
  );
}
