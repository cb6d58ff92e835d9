import type { WaveView } from "../../api/types.ts";
import { plural } from "../../lib/format.ts";
import { Badge, waveLooks } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { Progress } from "./progress.tsx";

export function Waves({ waves }: { waves: WaveView[] }) {
  return (
    <ol aria-label="Waves" className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
      {waves.map((wave) => (
        <li key={wave.number} className="flex flex-col gap-3 rounded-lg border bg-raised p-4">
          <div className="flex items-center justify-between gap-2">
            <h2 className="font-semibold">
              Wave {wave.number} <span className="font-normal text-soft">{plural(wave.size, "agent")}</span>
            </h2>
            <Badge look={waveLooks[wave.state]} />
          </div>
          <Progress counts={wave.counts} total={wave.size} small />
          {(wave.endedAt ?? wave.startedAt) ? (
            <p className="mt-auto text-xs text-soft">
              {wave.endedAt ? "ended " : "started "}
              <Time at={wave.endedAt ?? wave.startedAt} />
            </p>
          ) : null}
        </li>
      ))}
    </ol>
  );
}
