import { agentConfigStates, agentStatuses } from "../../../domain/fleets/agent-state.ts";
import { type Agent, agent, agentSorts } from "../../../protocol/api/agents.ts";
import { path } from "../../client.ts";
import { collect, showList } from "../../listing.ts";
import { stateColumn } from "../../paint.ts";
import { command, oneOf, option, paging, text } from "../../spec.ts";
import { ago } from "../../time.ts";

export const showLabels = (labels: Agent["labels"]) =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(",");

const healthOf = (row: Agent) => (row.healthy === null ? "-" : row.healthy ? "healthy" : "unhealthy");

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
    label: option("--label <selector>", "A label selector, such as role=web,region!=eu", text.optional()),
    q: option("-q, --q <text>", "Part of the name, type or id", text.optional()),
    sort: option("--sort <field>", `${agentSorts.join(", ")} (default name)`, oneOf(agentSorts).optional()),
    ...paging,
  },
  examples: [
    "muster agents list",
    "muster agents list --status offline --label role=web",
    "muster agents list --config-state failed --json",
  ],
  async run(cli, { options }) {
    const fleet = await cli.scope.fleet();
    const { config: configState, ...query } = options;
    const list = await collect(await cli.client(), path`/v1/fleets/${fleet.id}/agents`, agent, {
      ...query,
      configState,
    });
    const filtered = options.status ?? configState ?? options.label ?? options.q;
    showList(
      cli,
      list,
      [
        { title: "NAME", value: (row) => row.name },
        stateColumn("STATUS", (row) => row.status),
        stateColumn("HEALTH", healthOf),
        stateColumn("CONFIG", (row) => row.config.state),
        { title: "LAST SEEN", value: (row) => ago(row.lastSeenAt, cli.io.now()), drop: 2 },
        { title: "TYPE", value: (row) => row.type ?? "", drop: 4 },
        { title: "LABELS", value: (row) => showLabels(row.labels), drop: 3 },
        { title: "ID", value: (row) => row.id, drop: 1 },
      ],
      filtered === undefined
        ? `No agents in ${fleet.slug} yet. Let one in: muster tokens create --fleet ${fleet.slug}`
        : `No agent of ${fleet.slug} fits. Leave a filter out.`,
    );
  },
});
