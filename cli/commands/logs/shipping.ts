import { z } from "zod";
import { maxDailyMegabytes, maxRetentionDays } from "../../../domain/logs/logs.ts";
import { plural } from "../../../domain/plural.ts";
import { type LogShippingView, logShipping, logShippingChanged } from "../../../protocol/api/logs.ts";
import { clean } from "../../output.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, oneOf, option, repeated, text, whole } from "../../spec.ts";
import { facts } from "../../table.ts";

const pairs = ({
  enabled,
  sources,
  retentionDays,
  dailyMegabytes,
  taken,
}: LogShippingView): [string, string][] => [
  ["kept", enabled ? "yes" : "no"],
  ["sources", sources.map(clean).join(", ")],
  ["for", plural(retentionDays, "day")],
  ["at most", `${dailyMegabytes} MB of text per agent and day`],
  ...(taken ? [] : [["", "the fleet has not been told of the newest change yet"] satisfies [string, string]]),
];

export const showShipping = command({
  name: "shipping",
  summary: "Show what the fleet keeps of its agents' logs",
  examples: ["muster logs shipping", "muster logs shipping --fleet web --json"],
  answer: logShipping,
  async run(cli) {
    const { id } = await cli.scope.fleet();
    const found = await (await cli.client()).call("GET /v1/fleets/{fleet}/log-shipping", {
      path: { fleet: id },
    });
    cli.output.result(found, (style) => facts(pairs(found), style));
  },
});

export const setShipping = command({
  name: "ship",
  summary: "Keep the fleet's logs, or stop keeping them",
  about:
    "While it is on, agents ship these sources of what their own settings let them show; the text counts for the meter shipped_log_bytes. Beyond the quota lines are dropped, and how many is kept in their place. What is kept stays until it is too old.",
  args: { enabled: argument("on, off", oneOf(["on", "off"])) },
  options: {
    source: repeated(
      "--source <source>",
      "program, container/<name>, file/<absolute path> or journal/<unit>; a name may end in *; repeatable (default: as it is)",
      z.array(text).default([]),
    ),
    days: option(
      "--days <n>",
      "How long a line is kept (default: as it is)",
      whole(1, maxRetentionDays).optional(),
    ),
    megabytes: option(
      "--megabytes <n>",
      "Of text, per agent and UTC day (default: as it is)",
      whole(1, maxDailyMegabytes).optional(),
    ),
  },
  examples: [
    "muster logs ship on",
    "muster logs ship on --source program --source 'file//var/log/nginx/*' --days 14 --megabytes 500",
    "muster logs ship off --fleet web",
  ],
  answer: logShippingChanged,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.fleet();
    const client = await cli.client();
    const path = { fleet: id };
    const now = await client.call("GET /v1/fleets/{fleet}/log-shipping", { path });
    const changed = await client.call("PUT /v1/fleets/{fleet}/log-shipping", {
      path,
      body: {
        enabled: args.enabled === "on",
        sources: options.source.length > 0 ? options.source : now.sources,
        retentionDays: options.days ?? now.retentionDays,
        dailyMegabytes: options.megabytes ?? now.dailyMegabytes,
      },
    });
    showDone(cli, changed);
  },
});
