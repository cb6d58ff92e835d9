import type { Decision } from "../../api/types.ts";
import { ScrollBox } from "../../ui/scroll-box.tsx";
import { Tag, type Tone } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";

const tones: Record<Decision["verdict"], Tone> = { pass: "good", hold: "warn", fail: "bad", info: "idle" };

export function Decisions({ decisions }: { decisions: Decision[] | null }) {
  if (decisions === null) {
    return <p className="p-4 text-soft">The fleet no longer holds this rollout's decisions.</p>;
  }
  if (decisions.length === 0) return <p className="p-4 text-soft">None yet.</p>;
  return (
    <ScrollBox label="Decisions" className="max-h-96 overflow-y-auto -outline-offset-2">
      <ol className="divide-y">
        {[...decisions]
          .sort((a, b) => b.at.localeCompare(a.at))
          .map((decision) => (
            <li
              key={`${decision.at} ${decision.gate} ${decision.wave} ${decision.text}`}
              className="flex items-start gap-3 px-4 py-2.5"
            >
              <Tag tone={tones[decision.verdict]}>{decision.verdict}</Tag>
              <span className="min-w-0 flex-1 break-words">
                {decision.text}
                <span className="block text-xs text-soft">
                  {decision.gate}
                  {decision.wave === null ? "" : `, wave ${decision.wave}`}
                </span>
              </span>
              <span className="text-xs text-soft">
                <Time at={decision.at} />
              </span>
            </li>
          ))}
      </ol>
    </ScrollBox>
  );
}
