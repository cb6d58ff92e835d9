import { sha256Hex } from "../../../domain/configs/hash.ts";
import { hashFiles } from "../../../domain/configs/render.ts";
import type { AgentId, RolloutId } from "../../../domain/ids.ts";
import { isTerminal } from "../../../domain/rollouts/states.ts";
import type { Rollout, RolloutDetail } from "../../../protocol/api/rollouts.ts";
import type { RolloutOrder } from "../../../protocol/rpc/fleet.ts";
import type { FakeAgent } from "../fake-agent.ts";
import { type DialedAgent, type FleetWorld, newId, stubOf, until, value } from "./fleet-world.ts";
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

/** The hash of what `order(content)` gives an agent. */
export const hashOf = (content: string): string =>
  hashFiles([{ name: fileName, contentType: "text/plain", sha256: sha256Hex(content) }]);

/** An agent's behaviour: it says APPLYING, then APPLIED. */
export const applies = (agent: FakeAgent, hash: string): void => {
  agent.applying(hash);
  agent.applied(hash);
};

export const failsOn =
  (bad: string) =>
  (agent: FakeAgent, hash: string): void =>
    hash === bad ? agent.failed(hash, "line 3: unknown keyword") : agent.applied(hash);

export const isSilent = (): void => {};

/** The rollout once it has ended. */
export const ended = (world: FleetWorld, id: RolloutId): Promise<RolloutDetail> =>
  until(
    async () => value(await stubOf(world.scope).getRollout(world.scope, id)),
    (rollout) => isTerminal(rollout.state),
  );

export async function start(world: FleetWorld, next: RolloutOrder): Promise<Rollout> {
  return value(await world.stub.startRollout(world.scope, next));
}

/** Starts it and waits until it has succeeded. */
export async function rollOut(world: FleetWorld, next: RolloutOrder): Promise<void> {
  await start(world, next);
  const { state, reason } = await ended(world, next.id);
  if (state !== "succeeded") throw new Error(`the rollout is ${state}: ${reason}`);
}
