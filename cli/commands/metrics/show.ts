import { setTimeout as delay } from "node:timers/promises";
import { formatValue, summaryOf } from "../../../domain/metrics/format.ts";
import { resolutionNames } from "../../../domain/metrics/resolutions.ts";
import type { SeriesUnit } from "../../../domain/metrics/series.ts";
import { agentMetrics, fleetMetrics } from "../../../protocol/api/metrics.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { clean, type Style } from "../../output.ts";
import { sparkline } from "../../sparkline.ts";
import { argument, command, durationSeconds, flag, oneOf, option, text } from "../../spec.ts";
import { table } from "../../table.ts";
import { duration } from "../../time.ts";
import { findAgent } from "../agents/find.ts";

/** A new point comes so often. */
const lookEveryMs = 10_000;
const clearScreen = "\u001b[H\u001b[2J";
/** Of a sparkline: where nobody looks at a terminal, and on one. */
const usualWidth = 40;
const narrow = 100;

interface Shown {
  name: string;
  unit: SeriesUnit;
  average: (number | null)[];
}

interface Found {
  note: string | null;
  stepSeconds: number;
  points: number;
  series: Shown[];
}

/** `asked`: the only series that were asked for. */
function show(
  title: string,
  { note, stepSeconds, points, series }: Found,
  asked: string | undefined,
  style: Style,
): string {
  const { color } = style;
  const head = `${color.bold(clean(title))}, the last ${duration(points * stepSeconds)} in steps of ${duration(stepSeconds)}`;
  const notes = note === null ? [] : [color.yellow(clean(note))];
  const rows = series.flatMap((one) => {
    const summary = summaryOf(one.average);
    return summary ? [{ ...one, summary }] : [];
  });
  if (rows.length === 0) return [head, "", ...(notes.length > 0 ? notes : [nothing(asked)])].join("\n");
  const width = style.width !== null && style.width < narrow ? usualWidth / 2 : usualWidth;
  const shown = table(
    rows,
    [
      { title: "SERIES", value: (row) => row.name },
      {
        title: "",
        whole: true,
        value: (row) => sparkline(row.average, width),
        paint: (bar) => color.cyan(bar),
        drop: 2,
      },
      { title: "NOW", value: (row) => formatValue(row.unit, row.summary.last), align: "right" },
      {
        title: "AVERAGE",
        value: (row) => formatValue(row.unit, row.summary.average),
        align: "right",
        drop: 3,
      },
      { title: "LEAST", value: (row) => formatValue(row.unit, row.summary.minimum), align: "right", drop: 4 },
      { title: "MOST", value: (row) => formatValue(row.unit, row.summary.maximum), align: "right", drop: 1 },
    ],
    style,
  );
  return [head, "", shown, ...(notes.length > 0 ? ["", ...notes] : [])].join("\n");
}

const nothing = (asked: string | undefined) =>
  asked === undefined
    ? "Nothing was measured in this time. The first figures come within a minute of the agent's connection, or of `muster metrics collect on`."
    : `Nothing of ${clean(asked)} was measured in this time. Without --series all is shown that was.`;

/** Shows it again and again, until Ctrl-C. */
async function watch(cli: Cli, read: () => Promise<void>): Promise<never> {
  try {
    while (!cli.signal.aborted) {
      await read();
      await delay(lookEveryMs, undefined, { signal: cli.signal });
    }
  } catch (error) {
    if (!cli.signal.aborted) throw error;
  }
  throw new Failure("interrupted", "Stopped watching.");
}

export const showMetrics = command({
  name: "show",
  summary: "Show what an agent measures of its host and its program, or a fleet's agents together",
  about:
    "An agent is asked itself for its last hour, at no cost; what a fleet stores is shown with --since beyond it, or with --stored. Without an agent: the fleet's, which are stored only where their collection is on (muster metrics collect).",
  args: { agent: argument("Id or name; the whole fleet when left out", text.optional(), "agent") },
  options: {
    since: option("--since <duration>", "How far back (default 1h)", durationSeconds.optional()),
    resolution: option(
      "--resolution <step>",
      `${resolutionNames.join(", ")}; the finest that is kept so far back when left out`,
      oneOf(resolutionNames).optional(),
    ),
    series: option("--series <names>", "Only these, with commas between them", text.optional()),
    stored: flag("--stored", "What the fleet stores, without asking the agent"),
    watch: flag("--watch", "Show it again every 10 seconds, until Ctrl-C; JSON: one document a line"),
  },
  examples: [
    "muster metrics",
    "muster metrics web-1",
    "muster metrics web-1 --watch",
    "muster metrics web-1 --since 7d --series host.cpu.utilization --json",
  ],
  answer: agentMetrics.or(fleetMetrics),
  async run(cli, { args, options }) {
    const { since = 3600, resolution, series } = options;
    const client = await cli.client();
    const fleet = args.agent === undefined ? await cli.scope.fleet() : null;
    const agent = args.agent === undefined ? "" : await findAgent(cli, args.agent);
    const live = !options.stored && since <= 3600 && (resolution ?? "10s") === "10s";
    const title = fleet ? `Fleet ${fleet.slug}` : (args.agent ?? agent);
    const read = () => {
      const query = { resolution, series, from: new Date(cli.io.now() - since * 1000).toISOString() };
      return fleet
        ? client.call("GET /v1/fleets/{fleet}/metrics", { path: { fleet: fleet.id }, query })
        : client.call("GET /v1/agents/{agent}/metrics", { path: { agent }, query: { ...query, live } });
    };
    if (!options.watch) {
      const found = await read();
      cli.output.result(found, (style) => show(title, found, series, style));
      return;
    }
    await watch(cli, async () => {
      const found = await read();
      if (!cli.output.json && cli.io.stdout.isTTY) cli.io.stdout.write(clearScreen);
      cli.output.item(found, (style) => show(title, found, series, style));
    });
  },
});
