import {
  type AgentRestart,
  agentRestart,
  agentRestarts,
  restartAction,
} from "../../../protocol/api/agent-actions.ts";
import { clean, type Style } from "../../output.ts";
import { stateColumn } from "../../paint.ts";
import { showReceipt } from "../../receipt.ts";
import { argument, command, text } from "../../spec.ts";
import { type Column, table } from "../../table.ts";
import { ago } from "../../time.ts";

const columns = (now: () => number): Column<AgentRestart>[] => [
  { title: "ID", whole: true, value: (row) => row.id },
  stateColumn("STATE", (row) => row.state),
  { title: "RESTARTED", value: (row) => `${row.restarted} of ${row.total}` },
  { title: "BY", value: (row) => row.startedBy, drop: 1 },
  { title: "STARTED", value: (row) => ago(row.createdAt, now()), drop: 2 },
];

export function showRestart(restart: AgentRestart, style: Style): string {
  const { state, restarted, total, waiting, maxUnavailable, restarting, left, reason } = restart;
  return [
    `${style.color.bold(restart.id)} ${state}${reason ? `: ${clean(reason)}` : ""}`,
    `${restarted} of ${total} restarted, at most ${maxUnavailable} at the same time, ${waiting} not told yet`,
    ...(restarting.length > 0 ? [`under way: ${restarting.map(({ name }) => clean(name)).join(", ")}`] : []),
    ...left.map((one) => `${style.color.yellow("left:")} ${clean(one.name)}: ${clean(one.reason)}`),
  ].join("\n");
}

export const listRestarts = command({
  name: "list",
  summary: "The fleet's last restarts of many agents, the newest first",
  examples: ["muster agents restarts list"],
  answer: agentRestarts,
  async run(cli) {
    const fleet = await cli.scope.fleet();
    const client = await cli.client();
    const found = await client.call("GET /v1/fleets/{fleet}/restarts", { path: { fleet: fleet.id } });
    cli.output.result(found, (style) =>
      found.items.length === 0
        ? `No restart of many agents in ${fleet.slug} yet.`
        : table(found.items, columns(cli.io.now), style),
    );
  },
});

export const getRestart = command({
  name: "get",
  summary: "How a restart of many agents goes",
  args: { restart: argument("Its id", text) },
  examples: ["muster agents restarts get rst_01JD0000000000000000000000"],
  answer: agentRestart,
  async run(cli, { args }) {
    const fleet = await cli.scope.fleet();
    const client = await cli.client();
    const found = await client.call("GET /v1/fleets/{fleet}/restarts/{restart}", {
      path: { fleet: fleet.id, restart: args.restart },
    });
    cli.output.result(found, (style) => showRestart(found, style));
  },
});

export const cancelRestart = command({
  name: "cancel",
  summary: "Tell no further agent to restart",
  about: "Agents that restart now are not called back.",
  args: { restart: argument("Its id", text) },
  examples: ["muster agents restarts cancel rst_01JD0000000000000000000000"],
  answer: restartAction,
  async run(cli, { args }) {
    const fleet = await cli.scope.fleet();
    const client = await cli.client();
    const done = await client.call("POST /v1/fleets/{fleet}/restarts/{restart}/cancel", {
      path: { fleet: fleet.id, restart: args.restart },
    });
    cli.output.result(done, (style) => showReceipt(done.receipt, style));
  },
});
