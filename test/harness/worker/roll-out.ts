/** Configs, and the rollouts that bring them to agents, by the API: without waiting between the waves. */
import { expect } from "vitest";
import type { RolloutDetail, RolloutPreview, StartedRollout } from "../../../protocol/api/rollouts.ts";
import type { Problem } from "../../../protocol/api/shared.ts";
import { call, expectCall, type World } from "../world.ts";
import type { EnrolledAgent } from "./enrolled.ts";
import { until } from "./fleet-world.ts";

const gates = { soakSeconds: 0 };

export async function config(w: World, name: string, content = `${name}\n`, kind = "file"): Promise<string> {
  const made = await expectCall<{ id: string }>(201, "POST", `/v1/projects/${w.project}/configs`, {
    token: w.token,
    body: { name, kind, content },
  });
  return made.id;
}

export const roll = (w: World, body: object) =>
  call<StartedRollout & Problem>("POST", `/v1/fleets/${w.fleet}/rollouts`, {
    token: w.token,
    body: { gates, ...body },
  });

export const plan = (w: World, body: object) =>
  expectCall<RolloutPreview>(200, "POST", `/v1/fleets/${w.fleet}/rollouts?dryRun=true`, {
    token: w.token,
    body: { gates, ...body },
  });

/** Once it has succeeded. */
export async function deployed(w: World, body: object): Promise<StartedRollout> {
  const { status, body: started } = await roll(w, body);
  expect(status, started.detail).toBe(201);
  const ended = await until(
    () => expectCall<RolloutDetail>(200, "GET", `/v1/rollouts/${started.rollout.id}`, { token: w.token }),
    (one) => one.endedAt !== null,
  );
  expect(ended.state, ended.reason ?? "").toBe("succeeded");
  return started;
}

/** What the agent was sent last. */
export function lastFile({ fake }: EnrolledAgent, name = "config.txt"): string | undefined {
  const offer = fake.received.filter(({ remoteConfig }) => remoteConfig).at(-1);
  const body = offer?.remoteConfig?.config?.configMap[name]?.body;
  return body && new TextDecoder().decode(body);
}
