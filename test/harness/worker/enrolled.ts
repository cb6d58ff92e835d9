/** Agents that enrol as customers' agents do: with a token from the API, through the gateway. */
import { exports } from "cloudflare:workers";
import type { Agent } from "../../../protocol/api/agents.ts";
import { FakeAgent, type FakeAgentOptions } from "../fake-agent.ts";
import { expectCall, type World } from "../world.ts";
import { until } from "./fleet-world.ts";

export interface EnrolledAgent {
  id: string;
  fake: FakeAgent;
  socket: WebSocket;
}

/** Enrols one agent for each name and waits until the API shows all of them online. */
export async function enrol(
  world: World,
  names: readonly string[],
  options: Partial<FakeAgentOptions> = {},
): Promise<EnrolledAgent[]> {
  const token = await expectCall<{ secret: string }>(
    201,
    "POST",
    `/v1/fleets/${world.fleet}/enrollment-tokens`,
    { token: world.token, body: { maxUses: names.length } },
  );
  const dialed = await Promise.all(names.map((name) => dial(token.secret, name, options)));
  const path = `/v1/fleets/${world.fleet}/agents?limit=200&status=online`;
  const { items } = await until(
    () => expectCall<{ items: Agent[] }>(200, "GET", path, { token: world.token }),
    (list) => names.every((name) => list.items.some((agent) => agent.name === name)),
  );
  return dialed.map((agent, i) => {
    const shown = items.find((one) => one.name === names[i]);
    if (!shown) throw new Error(`agent ${names[i]} is not in the list`);
    return { ...agent, id: shown.id };
  });
}

async function dial(secret: string, name: string, options: Partial<FakeAgentOptions>) {
  // The combined entry's default export is the API Worker.
  const worker = (exports as unknown as { default: Fetcher }).default;
  const answer = await worker.fetch("http://muster.test/v1/opamp", {
    headers: { upgrade: "websocket", authorization: `Bearer ${secret}` },
  });
  const socket = answer.webSocket;
  if (!socket) throw new Error(`the upgrade was answered ${answer.status}: ${await answer.text()}`);
  socket.binaryType = "arraybuffer";
  socket.accept();
  const fake = new FakeAgent({
    identifying: { "service.name": "greeter", "service.instance.id": name },
    ...options,
    send: (frame) => socket.send(frame),
  });
  socket.addEventListener("message", (event) => {
    if (typeof event.data !== "string") fake.receive(new Uint8Array(event.data as ArrayBuffer));
  });
  fake.hello();
  return { fake, socket };
}
