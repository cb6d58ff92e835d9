/** Commands on the host of an agent, as tests run them by the API. */
import type { AuditEvent } from "../../../protocol/api/audit.ts";
import type { ExecSession, ExecStarted } from "../../../protocol/api/exec.ts";
import { expectCall, type World, world } from "../world.ts";
import { type EnrolledAgent, enrol } from "./enrolled.ts";
import { until } from "./fleet-world.ts";
import { joinStream, openOrder, streamingAgent } from "./streams.ts";

export async function host(
  custom: readonly string[] = streamingAgent.custom,
): Promise<{ w: World; agent: EnrolledAgent }> {
  const w = await world();
  const [agent] = await enrol(w, ["web-1"], { own: true, custom });
  if (!agent) throw new Error("no agent enrolled");
  return { w, agent };
}

export const run = (
  w: World,
  agent: EnrolledAgent,
  body: object = { command: ["uptime"] },
  token = w.token,
) => expectCall<ExecStarted>(201, "POST", `/v1/agents/${agent.id}/exec`, { token, body });

/** Both sides of a session that was just started. */
export async function meet(started: ExecStarted, agent: EnrolledAgent, count = 1) {
  if (!started.stream) throw new Error("there is no ticket");
  const order = await openOrder(agent.fake, count);
  const far = await joinStream(order.path, order.ticket);
  const near = await joinStream(started.stream.path, started.stream.ticket);
  await Promise.all([far.told("ready"), near.told("ready")]);
  return { far, near, order };
}

export const session = (w: World, id: string) =>
  expectCall<ExecSession>(200, "GET", `/v1/exec-sessions/${id}`, { token: w.token });
export const ended = (w: World, id: string) =>
  until(
    () => session(w, id),
    ({ state }) => state === "ended",
  );

export async function audit(w: World): Promise<AuditEvent[]> {
  const path = `/v1/orgs/${w.organization}/audit-events?limit=50`;
  return (await expectCall<{ items: AuditEvent[] }>(200, "GET", path, { token: w.token })).items;
}
