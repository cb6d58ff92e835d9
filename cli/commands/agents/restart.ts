import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { type AgentRestart, agentRestart } from "../../../protocol/api/agent-actions.ts";
import { agentAction } from "../../../protocol/api/agents.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { showReceipt } from "../../receipt.ts";
import { command, durationSeconds, flag, option, words } from "../../spec.ts";
import { amount } from "../deploy/strategy.ts";
import { findAgent } from "./find.ts";
import { manyAnswer, manyOptions, showPlan, whom } from "./many.ts";
import { showRestart } from "./restarts.ts";

const askEveryMs = 1_000;

export const restartAgent = command({
  name: "restart",
  summary: "Restart what agents run: one, or many in turn, each waiting for health",
  about:
    "One agent is told at once. Of many, as many as --max-unavailable go at the same time; the next is told when one is back and healthy, and the first that is not in time ends the restart.",
  args: { agents: words("Ids or names") },
  options: {
    ...manyOptions,
    maxUnavailable: option(
      "--max-unavailable <amount>",
      "So many at the same time, as a number or a percentage (default 1)",
      amount(1).optional(),
    ),
    timeout: option(
      "--timeout <duration>",
      "Until an agent must be back and healthy (default 2m)",
      durationSeconds.optional(),
    ),
    wait: flag("-w, --wait", "Follow it until it has ended; exit 1 unless all restarted"),
  },
  examples: [
    "muster agents restart web-1",
    "muster agents restart --selector role=web --max-unavailable 10% --wait",
    "muster agents restart --all --dry-run",
  ],
  answer: z.union([agentAction, manyAnswer, agentRestart]),
  async run(cli, { args, options }) {
    const client = await cli.client();
    const [only, ...others] = args.agents;
    const { selector, all, dryRun, wait, maxUnavailable, timeout } = options;
    const plain =
      [selector, maxUnavailable, timeout].every((one) => one === undefined) && !(all || dryRun || wait);
    if (only !== undefined && others.length === 0 && plain) {
      const id = await findAgent(cli, only);
      const found = await client.call("POST /v1/agents/{agent}/restart", { path: { agent: id } });
      cli.output.result(found, (style) => showReceipt(found.receipt, style));
      return;
    }
    const chosen = await whom(cli, args.agents, options);
    const fleet = await cli.scope.fleet();
    const done = await client.call("POST /v1/fleets/{fleet}/agents/actions", {
      path: { fleet: fleet.id },
      query: options.dryRun ? { dryRun: true } : undefined,
      body: {
        action: "restart",
        ...chosen,
        maxUnavailable: options.maxUnavailable,
        timeoutSeconds: options.timeout,
      },
    });
    if (!("receipt" in done)) {
      cli.output.result(done, (style) => showPlan(done, style));
      return;
    }
    if (!options.wait || !done.restart) {
      cli.output.result(done, (style) => showReceipt(done.receipt, style));
      return;
    }
    if (!cli.output.json) cli.output.note(showReceipt(done.receipt, cli.output.style));
    const ended = await follow(cli, fleet.id, done.restart);
    cli.output.result(ended, (style) => showRestart(ended, style));
    if (ended.state !== "succeeded" || ended.left.length > 0) {
      throw new Failure("failed", `${ended.restarted} of ${ended.total} agents restarted.`);
    }
  },
});

async function follow(cli: Cli, fleet: string, restart: AgentRestart): Promise<AgentRestart> {
  const client = await cli.client();
  let found = restart;
  while (found.state === "running") {
    cli.output.progress(
      `${found.restarted} of ${found.total} restarted, ${found.restarting.length} under way`,
    );
    await delay(askEveryMs, null, { signal: cli.signal });
    found = await client.call("GET /v1/fleets/{fleet}/restarts/{restart}", {
      path: { fleet, restart: restart.id },
    });
  }
  return found;
}
