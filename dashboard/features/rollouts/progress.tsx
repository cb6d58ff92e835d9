import { type RolloutAgentState, rolloutAgentStates } from "../../../domain/rollouts/states.ts";
import type { RolloutCounts } from "../../api/types.ts";
import { cx } from "../../lib/class-names.ts";
import { count } from "../../lib/format.ts";
import { rolloutAgentLooks, type Tone } from "../../ui/status.tsx";

const fills: Record<Tone, string> = {
  good: "bg-good",
  busy: "bg-busy/80",
  warn: "bg-warn/80",
  bad: "bg-bad",
  idle: "bg-line-strong/40",
};
/** Done first, then failed, then under way, then waiting: the bar fills from the left. */
const order: RolloutAgentState[] = [
  "verified",
  "unchanged",
  "failed",
  "rejected",
  "timed_out",
  "revert_failed",
  "unreachable",
  "reverted",
  "reverting",
  "applied",
  "applying",
  "offered",
  "staged",
  "staging",
  "waiting",
];

export function Progress({
  counts,
  total,
  small,
}: {
  counts: RolloutCounts;
  total: number;
  small?: boolean;
}) {
  const present = rolloutAgentStates.filter((state) => counts[state] > 0);
  return (
    <div className="flex flex-col gap-2.5">
      <div
        role="img"
        aria-label={present.map((state) => `${counts[state]} ${rolloutAgentLooks[state].text}`).join(", ")}
        className={cx("flex overflow-hidden rounded-full bg-hover", small ? "h-1.5" : "h-2.5")}
      >
        {order.map((state) =>
          counts[state] > 0 ? (
            <div
              key={state}
              className={cx("transition-[width] duration-300", fills[rolloutAgentLooks[state].tone])}
              style={{ width: `${(100 * counts[state]) / Math.max(1, total)}%` }}
            />
          ) : null,
        )}
      </div>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
        {present.map((state) => {
          const { icon: Icon, text, tone } = rolloutAgentLooks[state];
          return (
            <li key={state} className="inline-flex items-center gap-1.5">
              <Icon
                aria-hidden
                className={cx(
                  "size-3.5",
                  {
                    good: "text-good",
                    busy: "text-busy",
                    warn: "text-warn",
                    bad: "text-bad",
                    idle: "text-soft",
                  }[tone],
                )}
              />
              <span className="tabular font-semibold">{count(counts[state])}</span>
              <span className="text-soft">{text}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
