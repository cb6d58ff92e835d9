import { plural } from "../../../domain/plural.ts";
import { agentDrift, configDrift, type FleetDrift, fleetDrift } from "../../../protocol/api/drift.ts";
import { clean, type Style } from "../../output.ts";
import { argument, command, option, paging, text, whole } from "../../spec.ts";
import { facts } from "../../table.ts";
import { clockTime } from "../../time.ts";
import { findAgent } from "../agents/find.ts";
import { paintDiff } from "../configs/diff.ts";
import { findConfig } from "../configs/find.ts";
import { columnsOf } from "./columns.ts";

/** The fleet's line: how many run what they should. */
function summary({ policy, desired, current, order }: FleetDrift, { color }: Style): string[] {
  const release = desired.releaseNumber === null ? "no release yet" : `release ${desired.releaseNumber}`;
  const told = [
    `${current.inSync} in sync`,
    `${current.drifted} drifted`,
    ...(current.behind > 0 ? [`${current.behind} behind`] : []),
    ...(current.silent > 0 ? [`${current.silent} that do not show their files`] : []),
  ];
  const repair = order
    ? [`Rollout ${order.rolloutId} repairs ${order.agents} of them now (${order.policy}).`]
    : [];
  return [
    `${release} for ${plural(desired.agents, "agent")}: ${told.join(", ")}. ${color.dim(`Policy: ${policy}.`)}`,
    ...repair,
  ];
}

export const listDrift = command({
  name: "list",
  summary: "List the agents that run other files than they were given",
  about:
    "An agent drifts when somebody edits its files on the host, or takes one away. critical: a file is missing; major: it means something else; minor: only comments, order or white space differ.",
  options: {
    limit: option("--limit <n>", "How many agents at most (default 50)", whole(1, 200).default(50)),
    cursor: paging.cursor,
  },
  examples: ["muster drift", "muster drift list --fleet web --json"],
  answer: fleetDrift,
  async run(cli, { options }) {
    const fleet = await cli.scope.fleet();
    const found = await (await cli.client()).call("GET /v1/fleets/{fleet}/drift", {
      path: { fleet: fleet.id },
      query: options,
    });
    cli.output.result(found, (style) => {
      const rows = columnsOf(found.items, cli.io.now(), style);
      const more = found.nextCursor === null ? [] : [style.color.dim(`More: --cursor '${found.nextCursor}'`)];
      return [...summary(found, style), ...(rows === "" ? [] : ["", rows]), ...more].join("\n");
    });
  },
});

export const showDrift = command({
  name: "show",
  summary: "Show what differs on one agent, file by file",
  args: { agent: argument("Id or name", text, "agent") },
  examples: ["muster drift show web-1"],
  answer: agentDrift,
  async run(cli, { args }) {
    const id = await findAgent(cli, args.agent);
    const found = await (await cli.client()).call("GET /v1/agents/{agent}/drift", { path: { agent: id } });
    cli.output.result(found, (style) => {
      const { color } = style;
      const lines = [clean(found.text)];
      if (found.drift) lines.push(`Since ${clockTime(found.drift.since)} UTC, ${found.drift.severity}.`);
      if (found.repair) lines.push(clean(found.repair.text));
      for (const file of found.files) {
        const from = file.configName === null ? "" : ` (${clean(file.configName)} version ${file.version})`;
        lines.push(
          "",
          `${color.bold(clean(file.name))}${from}: ${file.state}${file.severity ? `, ${file.severity}` : ""}`,
        );
        for (const line of file.diff?.replace(/\n$/, "").split("\n") ?? [])
          lines.push(paintDiff(line, style));
      }
      return lines.join("\n");
    });
  },
});

export const showConfigDrift = command({
  name: "config",
  summary: "Show where a config should run, where it runs, and where it was changed on the host",
  args: { config: argument("Id or name", text, "config") },
  examples: ["muster drift config edge"],
  answer: configDrift,
  async run(cli, { args }) {
    const config = await findConfig(cli, args.config);
    const found = await (await cli.client()).call("GET /v1/configs/{config}/drift", {
      path: { config: config.id },
    });
    cli.output.result(found, (style) => {
      const blocks = found.items.map(({ fleetName, files, versions, drifted }) =>
        [
          style.color.bold(clean(fleetName)),
          facts(
            [
              ["files", files.join(", ")],
              ...versions.map(({ version, desired, current }): [string, string] => [
                `version ${version}`,
                `runs on ${current} of ${plural(desired, "agent")} that should run it`,
              ]),
              ...drifted.map(({ name, severity, since }): [string, string] => [
                "drifted",
                `${name}, ${severity}, since ${clockTime(since)} UTC`,
              ]),
            ],
            style,
          ),
        ].join("\n"),
      );
      const unasked = found.unasked.map(
        ({ fleetName }) => `Fleet ${clean(fleetName)} could not be asked just now.`,
      );
      if (blocks.length + unasked.length === 0) return `${clean(config.name)} runs nowhere.`;
      return [...blocks, ...unasked].join("\n\n");
    });
  },
});
