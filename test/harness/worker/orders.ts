import { sha256Hex } from "../../../domain/configs/hash.ts";
import type { AgentId } from "../../../domain/ids.ts";
import type { RolloutOrder } from "../../../protocol/rpc/fleet.ts";
import type { FakeAgent } from "../fake-agent.ts";
import { type DialedAgent, type FleetWorld, newId, until, value } from "./fleet-world.ts";
import { plainTerms } from "./plain-terms.ts";

export const fileName = "config.txt";

let releases = 0;
/** Every agent gets one file at once, and is verified as soon as it is applied. */
export function order(content: string, changes: Partial<RolloutOrder> = {}, selector = ""): RolloutOrder {
  releases++;
  return {
    id: newId("rollout"),
    release: {
      id: newId("release"),
      number: releases,
      assignments: [
        {
          configId: newId("config"),
          configName: "greeting",
          kind: "file",
          versionId: newId("configVersion"),
          version: 1,
          sha256: sha256Hex(content),
          selector,
          fileName,
          contentType: "text/plain",
          content,
        },
      ],
      packages: [],
    },
    ...plainTerms,
    message: null,
    author: "Ada",
    actor: "usr_ada",
    ...changes,
  };
}

/** Agents that are online; each does with a config what its function says. */
export async function agentsOf(
  world: FleetWorld,
  behaviours: ((agent: FakeAgent, hash: string) => void)[],
): Promise<(DialedAgent & { id: AgentId })[]> {
  const token = world.token();
  const dialed: DialedAgent[] = [];
  for (const [index, behave] of behaviours.entries()) {
    const one = await world.dial(token, {
      identifying: { "service.name": "greeter", "service.instance.id": `agent-${index}` },
      onConfig: (agent, config) =>
        behave(agent, [...config.configHash].map((byte) => byte.toString(16).padStart(2, "0")).join("")),
    });
    one.agent.hello();
    dialed.push(one);
  }
  const page = await until(
    async () => value(await world.stub.listAgents(world.scope, { sort: "name", limit: 200 })),
    ({ items }) => items.length === behaviours.length,
  );
  return dialed.map((one, index) => ({ ...one, id: page.items[index]?.id as AgentId }));
}
