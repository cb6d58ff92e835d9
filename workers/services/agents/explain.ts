import type { Context } from "../context.ts";
import { type AgentInput, askAgent } from "./locate.ts";

export async function explain({ ctx, input }: { ctx: Context; input: AgentInput }) {
  const { value } = await askAgent(ctx, input, "agent.read", (stub, scope) =>
    stub.explainAgent(scope, input.agent),
  );
  return value;
}
