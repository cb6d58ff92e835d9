import { agentConfigStates, agentStatuses } from "../../../domain/fleets/agent-state.ts";
import { byGiver, healthWord, statusWord } from "../../../domain/fleets/agent-words.ts";
import { type Agent, agent, agentSorts } from "../../../protocol/api/agents.ts";
import { page } from "../../../protocol/api/shared.ts";
import { collect, showList } from "../../listing.ts";
import { stateColumn } from "../../paint.ts";
import { command, flag, oneOf, option, paging, text } from "../../spec.ts";
import type { Column } from "../../table.ts";
import { ago } from "../../time.ts";
import { watchAgents } from "./watch.ts";

export const showLabels = (labels: Agent["labels"]) =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(",");

/** Labels that people gave; those that the agent tells of itself are only counted. */
function ownLabels({ labels }: Agent): string {
  const { given, told } = byGiver(labels);
  const others = told.length > 0 ? `(+${told.length})` : "";
  return [showLabels(Object.fromEntries(given)), others].filter(Boolean).join(" ");
}

const columns = (now: () => number): Column<Agent>[] => [
  { title: "NAME", value: (row) => row.name },
  stateColumn("STATUS", statusWord),
  stateColumn("HEALTH", (row) => healthWord(row) ?? "-"),
  stateColumn("CONFIG", (row) => row.config.state),
  { title: "LAST SEEN", value: (row) => ago(row.lastSeenAt, now()), drop: 1 },
  { title: "TYPE", value: (row) => row.type ?? "", drop: 4 },
  { title: "LABELS", value: ownLabels, drop: 2 },
  { title: "ID", whole: true, value: (row) => row.id, drop: 3 },
];

const clearScreen = "\u001b[H\u001b[2J";

export const listAgents = command({
  name: "list",
  summary: "List the fleet's agents",
  options: {
    status: option("--status <status>", agentStatuses.join(", "), oneOf(agentStatuses).optional()),
    config: option(
      "--config-state <state>",
      agentConfigStates.join(", "),
      oneOf(agentConfigStates).optional(),
    ),
    drifted: option(
      "--drifted <yes|no>",
      "Only agents that run other files than they were given, or the others",
      oneOf(["yes", "no"]).optional(),
    ),
    label: option(
      "--label <selector>",
      "Exactly those that a deploy with this --selector would reach, such as role=web,region!=eu",
      text.optional(),
    ),
    q: option("-q, --q <text>", "Part of the name, type or id", text.optional()),
    sort: option("--sort <field>", `${agentSorts.join(", ")} (default name)`, oneOf(agentSorts).optional()),
    ...paging,
    watch: flag(
      "--watch",
      "Show the list again whenever an agent changes, until Ctrl-C; JSON: one list a line",
    ),
  },
  examples: [
    "muster agents list",
    "muster agents list --watch",
    "muster agents list --status offline --label role=web",
    "muster agents list --config-state failed --json",
  ],
  answer: page(agent),
  async run(cli, { options }) {
    const fleet = await cli.scope.fleet();
    const { config: configState, drifted: said, watch, ...query } = options;
    const drifted = said && said === "yes";
    const client = await cli.client();
    const read = () =>
      collect(client, "GET /v1/fleets/{fleet}/agents", {
        path: { fleet: fleet.id },
        query: { ...query, configState, drifted },
      });
    const filtered = options.status ?? configState ?? said ?? options.label ?? options.q;
    const empty =
      filtered === undefined
        ? `No agents in ${fleet.slug} yet. Let one in: muster tokens create --fleet ${fleet.slug}`
        : `No agent of ${fleet.slug} fits. Leave a filter out.`;
    if (!watch) {
      showList(cli, await read(), columns(cli.io.now), empty);
      return;
    }
    await watchAgents(cli, fleet.id, async () => {
      const list = await read();
      if (cli.output.json) cli.output.item(list, () => "");
      else {
        if (cli.io.stdout.isTTY) cli.io.stdout.write(clearScreen);
        showList(cli, list, columns(cli.io.now), empty);
      }
    });
  },
});
