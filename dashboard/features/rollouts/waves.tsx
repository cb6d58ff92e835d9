import type { Decision, WaveView } from "../../api/types.ts";
import { cx } from "../../lib/class-names.ts";
import { plural } from "../../lib/format.ts";
import { Panel } from "../../ui/page.tsx";
import { Badge, type Tone, waveLooks } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { Progress } from "./progress.tsx";
import { VerdictTag } from "./verdict-tag.tsx";

const dots: Record<Tone, string> = {
  good: "bg-good",
  busy: "bg-busy",
  warn: "bg-warn",
  bad: "bg-bad",
  idle: "bg-line-strong",
};

interface WavesProps {
  waves: WaveView[];
  decisions: Decision[] | null;
  /** A hold is shown only while it lasts. */
  isPaused: boolean;
}

/** The way of the rollout, wave by wave: who is how far, and what each gate said last. */
export function Waves({ waves, decisions, isPaused }: WavesProps) {
  const lasting = isPaused ? decisions?.findLast(({ verdict }) => verdict === "hold") : undefined;
  if (waves.length === 0) {
    return (
      <Panel title="Waves">
        <p className="text-soft">The waves are made when it starts, from the fleet as it is then.</p>
      </Panel>
    );
  }
  return (
    <Panel title="Waves">
      <ol aria-label="Waves" className="flex flex-col">
        {waves.map((wave) => {
          const look = waveLooks[wave.state];
          return (
            <li
              key={wave.number}
              aria-current={wave.state === "running" ? "step" : undefined}
              className="relative flex gap-4 pb-6 last:pb-0"
            >
              {wave.number < waves.length ? (
                <span aria-hidden className="absolute top-4 bottom-0 left-1.25 w-0.5 bg-line" />
              ) : null}
              <span
                aria-hidden
                className={cx(
                  "relative mt-1.5 size-3 shrink-0 rounded-full ring-4 ring-raised",
                  dots[look.tone],
                )}
              />
              <div className="flex min-w-0 flex-1 flex-col gap-2.5">
                <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                  <h3 className="font-semibold">
                    Wave {wave.number}{" "}
                    <span className="font-normal text-soft">{plural(wave.size, "agent")}</span>
                  </h3>
                  <Badge look={look} />
                  {(wave.endedAt ?? wave.startedAt) ? (
                    <span className="text-sm text-soft">
                      {wave.endedAt ? "ended " : "started "}
                      <Time at={wave.endedAt ?? wave.startedAt} />
                    </span>
                  ) : null}
                </div>
                <Progress counts={wave.counts} total={wave.size} small />
                <Gates decisions={gatesOf(decisions ?? [], wave.number, lasting)} />
              </div>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}

/** The newest word of each gate on the wave; what is only told is no verdict. */
function gatesOf(
  decisions: readonly Decision[],
  wave: number,
  lastingHold: Decision | undefined,
): Decision[] {
  const newest = new Map<string, Decision>();
  const keyOf = (decision: Decision) => `${decision.gate} ${decision.inputs.metric ?? ""}`;
  for (const decision of decisions) {
    if (decision.wave !== wave || decision.verdict === "info") continue;
    const known = newest.get(keyOf(decision));
    if (!known || known.at <= decision.at) newest.set(keyOf(decision), decision);
  }
  return [...newest.values()].filter((decision) => decision.verdict !== "hold" || decision === lastingHold);
}

function Gates({ decisions }: { decisions: Decision[] }) {
  if (decisions.length === 0) return null;
  return (
    <ul aria-label="Gates" className="flex flex-col gap-1 text-sm">
      {decisions.map((decision) => (
        <li key={`${decision.gate} ${decision.text}`} className="flex items-start gap-2">
          <VerdictTag verdict={decision.verdict} />
          <span className="min-w-0 break-words">
            <span className="font-medium">{decision.gate}</span>{" "}
            <span className="text-soft">{decision.text}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
