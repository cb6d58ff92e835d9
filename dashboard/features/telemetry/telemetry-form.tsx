import { useState } from "react";
import {
  readHeaderValue,
  type TelemetrySignal,
  telemetrySignals,
  writeHeaderValue,
} from "../../../domain/fleets/own-telemetry.ts";
import type { OwnTelemetry, TelemetryTargetBody } from "../../../protocol/api/own-telemetry.ts";
import { api } from "../../api/client.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { Field, inputClass, TextField } from "../../ui/field.tsx";
import { WriteDialog } from "../../ui/write-dialog.tsx";

interface Draft {
  endpoint: string;
  headers: string;
}

const labels = { metrics: "Metrics", traces: "Traces", logs: "Logs" } as const;

const draftOf = (target: OwnTelemetry["metrics"]): Draft => ({
  endpoint: target?.endpoint ?? "",
  headers: Object.entries(target?.headers ?? {})
    .map(([name, header]) => `${name}: ${writeHeaderValue(header)}`)
    .join("\n"),
});

/** null = it goes nowhere. */
function targetOf({ endpoint, headers }: Draft): TelemetryTargetBody | null {
  if (endpoint.trim() === "") return null;
  const lines = headers.split("\n").filter((line) => line.trim() !== "");
  return {
    endpoint: endpoint.trim(),
    headers: Object.fromEntries(
      lines.map((line) => {
        const at = line.indexOf(":");
        const name = at < 0 ? line : line.slice(0, at);
        return [name.trim(), readHeaderValue(at < 0 ? "" : line.slice(at + 1).trim())];
      }),
    ),
  };
}

export function TelemetryForm({ telemetry, onClose }: { telemetry: OwnTelemetry; onClose: () => void }) {
  const [drafts, setDrafts] = useState<Record<TelemetrySignal, Draft>>({
    metrics: draftOf(telemetry.metrics),
    traces: draftOf(telemetry.traces),
    logs: draftOf(telemetry.logs),
  });
  const path = { fleet: telemetry.fleetId };
  const write = useWrite({
    send: () =>
      api.call("PUT /v1/fleets/{fleet}/own-telemetry", {
        path,
        body: {
          metrics: targetOf(drafts.metrics),
          traces: targetOf(drafts.traces),
          logs: targetOf(drafts.logs),
        },
      }),
    stale: [`/v1/fleets/${telemetry.fleetId}/own-telemetry`],
    onDone: onClose,
    shown: true,
  });
  const change = (signal: TelemetrySignal, part: Partial<Draft>) =>
    setDrafts((before) => ({ ...before, [signal]: { ...before[signal], ...part } }));
  return (
    <WriteDialog
      wide
      title="Where agents tell of themselves"
      description="OTLP over HTTP. An empty address ends a signal. Agents are told at once."
      action="Save and tell agents"
      write={write}
      onSubmit={() => write.mutate(undefined)}
      onClose={onClose}
    >
      {telemetrySignals.map((signal) => (
        <fieldset key={signal} className="flex flex-col gap-3">
          <legend className="mb-2 text-base font-semibold">{labels[signal]}</legend>
          <TextField
            label={`Address of ${signal}`}
            placeholder={`https://otlp.example.com/v1/${signal}`}
            value={drafts[signal].endpoint}
            onChange={(event) => change(signal, { endpoint: event.target.value })}
            error={fieldOf(write.error, `${signal}.endpoint`)}
          />
          <Field
            label={`Headers of ${signal}`}
            hint={
              <>
                One a line. A credential is a secret of the environment:{" "}
                <code>authorization: Bearer {"${secret:OTLP_TOKEN}"}</code>
              </>
            }
          >
            {(control) => (
              <textarea
                {...control}
                rows={2}
                spellCheck={false}
                value={drafts[signal].headers}
                onChange={(event) => change(signal, { headers: event.target.value })}
                className={`${inputClass} h-auto py-1.5 font-mono`}
              />
            )}
          </Field>
        </fieldset>
      ))}
    </WriteDialog>
  );
}
