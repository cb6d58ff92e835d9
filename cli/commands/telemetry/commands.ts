import { z } from "zod";
import { readHeaderValue, telemetrySignals, writeHeaderValue } from "../../../domain/fleets/own-telemetry.ts";
import {
  changedOwnTelemetry,
  type OwnTelemetry,
  ownTelemetry,
  type SetOwnTelemetryBody,
  type TelemetryTargetBody,
} from "../../../protocol/api/own-telemetry.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { clean } from "../../output.ts";
import { showReceipt } from "../../receipt.ts";
import { command, option, repeated, text } from "../../spec.ts";
import { facts, table } from "../../table.ts";

type Shown = OwnTelemetry["metrics"];
type Header = TelemetryTargetBody["headers"][string];

const headerText = (header: NonNullable<Shown>["headers"][string]): string =>
  "value" in header ? header.value : `${writeHeaderValue(header)} (version ${header.version})`;

function targetText(target: Shown): string {
  if (!target) return "nowhere";
  const headers = Object.entries(target.headers).map(([name, header]) => `${name}: ${headerText(header)}`);
  return clean([target.endpoint, ...headers].join(", "));
}

async function current(cli: Cli) {
  const fleet = await cli.scope.fleet();
  const path = { fleet: fleet.id };
  return {
    fleet,
    path,
    found: await (await cli.client()).call("GET /v1/fleets/{fleet}/own-telemetry", { path }),
  };
}

export const getTelemetry = command({
  name: "get",
  summary: "Show where the fleet's agents send what they say of themselves",
  about: "Collectors take such settings by OpAMP: their own metrics, traces and logs go there.",
  examples: ["muster telemetry", "muster telemetry get --fleet edge --json"],
  answer: ownTelemetry,
  async run(cli) {
    const { found } = await current(cli);
    cli.output.result(found, (style) => {
      const { agents, items } = found;
      const lines = [
        facts(
          [
            ...telemetrySignals.map((signal): [string, string] => [signal, targetText(found[signal])]),
            [
              "agents",
              `${agents.takes} take it: ${agents.applied} applied, ${agents.failed} failed, ${agents.waiting} waiting`,
            ],
          ],
          style,
        ),
      ];
      if (items.length > 0) {
        const columns = [
          { title: "AGENT", value: (row: (typeof items)[number]) => clean(row.name) },
          { title: "STATE", value: (row: (typeof items)[number]) => row.state },
          { title: "ERROR", value: (row: (typeof items)[number]) => clean(row.error ?? "") },
        ];
        lines.push("", table(items, columns, style));
      }
      return lines.join("\n");
    });
  },
});

const header = text.refine((one) => /^[^=\s]+=/.test(one), {
  error: "write it as name=value, or name='Bearer ${secret:NAME}'",
});

function readHeaders(given: readonly string[]): Record<string, Header> {
  return Object.fromEntries(
    given.map((one) => {
      const at = one.indexOf("=");
      return [one.slice(0, at), readHeaderValue(one.slice(at + 1))];
    }),
  );
}

/** As it is now, to be sent back: a secret's newest version is taken. */
const kept = (target: Shown): TelemetryTargetBody | null =>
  target && {
    endpoint: target.endpoint,
    headers: Object.fromEntries(
      Object.entries(target.headers).map(([name, one]): [string, Header] => [
        name,
        "value" in one ? one : { secret: one.secret, prefix: one.prefix },
      ]),
    ),
  };

async function send(cli: Cli, fleet: string, body: SetOwnTelemetryBody): Promise<void> {
  const changed = await (await cli.client()).call("PUT /v1/fleets/{fleet}/own-telemetry", {
    path: { fleet },
    body,
  });
  cli.output.result(changed, (style) => showReceipt(changed.receipt, style));
}

export const setTelemetry = command({
  name: "set",
  summary: "Say where the fleet's agents send what they say of themselves",
  about:
    "Signals that are not named stay as they are. A header with a credential names a secret of the environment, ${secret:NAME}; the secret's newest version is taken then and kept.",
  options: {
    otlp: option(
      "--otlp <url>",
      "For all three: /v1/metrics, /v1/traces and /v1/logs are added",
      text.optional(),
    ),
    metrics: option("--metrics <url>", "Where metrics go, whole", text.optional()),
    traces: option("--traces <url>", "Where traces go, whole", text.optional()),
    logs: option("--logs <url>", "Where logs go, whole", text.optional()),
    header: repeated(
      "--header <name=value>",
      "Of the named signals; a value may end with ${secret:NAME}; repeatable",
      z.array(header).default([]),
    ),
  },
  examples: [
    "muster telemetry set --otlp https://otlp.example.com --header 'authorization=Bearer ${secret:OTLP_TOKEN}'",
    "muster telemetry set --metrics http://127.0.0.1:4318/v1/metrics --fleet edge",
  ],
  answer: changedOwnTelemetry,
  async run(cli, { options }) {
    const { path, found } = await current(cli);
    const headers = readHeaders(options.header);
    const base = options.otlp?.replace(/\/+$/, "");
    const body: SetOwnTelemetryBody = { metrics: null, traces: null, logs: null };
    let named = 0;
    for (const signal of telemetrySignals) {
      const endpoint = options[signal] ?? (base && `${base}/v1/${signal}`);
      body[signal] = endpoint ? { endpoint, headers } : kept(found[signal]);
      if (endpoint) named++;
    }
    if (named === 0) throw new Failure("usage", "Name where it goes: --otlp, --metrics, --traces or --logs");
    await send(cli, path.fleet, body);
  },
});

export const clearTelemetry = command({
  name: "clear",
  summary: "Have the fleet's agents tell of themselves nowhere",
  examples: ["muster telemetry clear", "muster telemetry clear --fleet edge"],
  answer: changedOwnTelemetry,
  async run(cli) {
    const { path } = await current(cli);
    await send(cli, path.fleet, { metrics: null, traces: null, logs: null });
  },
});
