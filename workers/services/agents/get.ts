import type { Context } from "../context.ts";
import { type AgentInput, askAgent } from "./locate.ts";

export async function get({ ctx, input }: { ctx: Context; input: AgentInput }) {
  const { value } = await askAgent(ctx, input, "agent.read", (stub, scope) =>
    stub.getAgent(scope, input.agent),
  );
  return value;
}
