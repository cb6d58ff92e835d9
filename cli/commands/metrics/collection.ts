import { z } from "zod";
import {
  type MetricsCollection,
  metricsCollection,
  metricsCollectionChanged,
} from "../../../protocol/api/metrics.ts";
import { Failure } from "../../exit-codes.ts";
import { clean } from "../../output.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, durationSeconds, flag, oneOf, option, repeated, text } from "../../spec.ts";
import { facts } from "../../table.ts";
import { duration } from "../../time.ts";

const pairs = ({ enabled, everySeconds, scrape, taken }: MetricsCollection): [string, string][] => [
  ["stored", enabled ? "yes" : "no"],
  ["told every", duration(everySeconds)],
  ["of the programs", scrape.length === 0 ? "nothing" : scrape.map(clean).join(", ")],
  ...(taken ? [] : [["", "the fleet has not been told of the newest change yet"] satisfies [string, string]]),
];

export const showCollection = command({
  name: "collection",
  summary: "Show what the fleet stores of its agents' metrics",
  examples: ["muster metrics collection", "muster metrics collection --fleet web --json"],
  answer: metricsCollection,
  async run(cli) {
    const { id } = await cli.scope.fleet();
    const found = await (await cli.client()).call("GET /v1/fleets/{fleet}/metrics-collection", {
      path: { fleet: id },
    });
    cli.output.result(found, (style) => facts(pairs(found), style));
  },
});

export const setCollection = command({
  name: "collect",
  summary: "Store the fleet's metrics, or stop storing them",
  about:
    "While they are stored, each agent's time counts for the meter metered_agent_seconds; the answer says what that comes to. What is stored stays until it is too old: 10-second points for an hour, minutes for a day, hours for 30 days.",
  args: { enabled: argument("on, off", oneOf(["on", "off"])) },
  options: {
    every: option(
      "--every <duration>",
      "Between two messages of an agent, 60s to 1h; each brings a point for every 10 seconds (default: as it is)",
      durationSeconds.optional(),
    ),
    scrape: repeated(
      "--scrape <series>",
      "Store this series of the programs' own metrics too, as a metric gate names it; repeatable (default: as it is)",
      z.array(text).default([]),
    ),
    scrapeNothing: flag("--scrape-nothing", "Store none of the programs' own metrics any more"),
  },
  examples: [
    "muster metrics collect on",
    "muster metrics collect on --every 5m --scrape 'http_requests_in_flight'",
    "muster metrics collect off --fleet web",
  ],
  answer: metricsCollectionChanged,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.fleet();
    const client = await cli.client();
    const path = { fleet: id };
    const now = await client.call("GET /v1/fleets/{fleet}/metrics-collection", { path });
    const everySeconds = options.every ?? now.everySeconds;
    if (everySeconds < 60 || everySeconds > 3600) {
      throw new Failure("usage", "--every must be from 60s to 1h");
    }
    const changed = await client.call("PUT /v1/fleets/{fleet}/metrics-collection", {
      path,
      body: {
        enabled: args.enabled === "on",
        everySeconds,
        scrape: options.scrapeNothing ? [] : options.scrape.length === 0 ? now.scrape : options.scrape,
      },
    });
    showDone(cli, changed);
  },
});
