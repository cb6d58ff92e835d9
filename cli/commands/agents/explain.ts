import { agentExplanation } from "../../../protocol/api/agents.ts";
import type { Cli } from "../../cli.ts";
import { clean } from "../../output.ts";
import { argument, command, text } from "../../spec.ts";
import { clockTime } from "../../time.ts";
import { findAgent } from "./find.ts";

async function explain(cli: Cli, wanted: string): Promise<void> {
  const id = await findAgent(cli, wanted);
  const found = await (await cli.client()).call("GET /v1/agents/{agent}/explain", { path: { agent: id } });
  cli.output.result(found, ({ color }) => {
    const lines = [color.bold(clean(found.summary))];
    const topicWidth = Math.max(0, ...found.reasons.map(({ topic }) => topic.length));
    for (const { topic, text: reason, since } of found.reasons) {
      const when = since === null ? "" : color.dim(` (since ${clockTime(since)} UTC)`);
      lines.push(`  ${color.dim(topic.padEnd(topicWidth))}  ${clean(reason)}${when}`);
    }
    if (found.release) lines.push("", `Release ${found.release.number} (${found.release.id})`);
    for (const match of found.matched) {
      const why = match.selector === "" ? "for every agent" : `matched by ${match.selector}`;
      lines.push(`  ${match.configName}@${match.version}  ${color.dim(clean(why))}`);
    }
    if (found.rollout) {
      const { id: rollout, state, wave, agentState, gate, startedBy } = found.rollout;
      lines.push("", `Rollout ${rollout} is ${state}${startedBy ? `, started by ${clean(startedBy)}` : ""}`);
      lines.push(
        `  this agent: ${agentState}${wave === null ? "" : `, wave ${wave}`}${gate ? `, ${clean(gate)}` : ""}`,
      );
    }
    if (found.latched.length > 0) lines.push("", "Failed here before, and not offered again:");
    for (const { hash, error, at } of found.latched) {
      lines.push(`  ${hash.slice(0, 12)}  ${clockTime(at)} UTC  ${clean(error)}`);
    }
    return lines.join("\n");
  });
}

const args = { agent: argument("Id or name", text, "agent") };

export const explainAgent = command({
  name: "explain",
  summary: "Say why an agent is as it is",
  args,
  examples: ["muster agents explain web-1"],
  answer: agentExplanation,
  run: (cli, inputs) => explain(cli, inputs.args.agent),
});

export const explainAgentTopic = command({
  name: "agent",
  summary: "Say why an agent is as it is",
  about:
    "Which release it should run, which selector matched, which gate it waits on, and what it said itself.",
  args,
  examples: ["muster explain agent web-1", "muster explain agent agt_01JD0000000000000000000000 --json"],
  answer: agentExplanation,
  run: (cli, inputs) => explain(cli, inputs.args.agent),
});
