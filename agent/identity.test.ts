/** One identity on one host: copies of a state folder, new enrolments, and goodbyes for good. */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { musterAgentCapability } from "../protocol/custom/agent.ts";
import { attributesFrom } from "../protocol/opamp/attributes.ts";
import { uidToHex } from "../protocol/opamp/uid.ts";
import { until } from "../test/harness/until.ts";
import { filesSettings, freePort, greeterSettings, greeting } from "./testing/greeter-agent.ts";
import type { OpampServer } from "./testing/opamp-server.ts";
import { startAgent, startServer } from "./testing/start.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

vi.setConfig({ testTimeout: 120_000 });

const main = fileURLToPath(new URL("main.ts", import.meta.url));
const stateOf = (stateDir: string) => JSON.parse(readFileSync(join(stateDir, "state.json"), "utf8"));
const newUid = "0190aabbccdd7000800000000000beef";

async function muster(args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, output };
}

/** An agent that has a credential of its own, and has stopped. */
async function enrolled(server: OpampServer, host: string) {
  const settings = { ...filesSettings(server.endpoint, temporaryFolder()), host };
  const agent = await startAgent(settings);
  await until("a hello", () => server.messages[0]);
  await offerCredential(server, settings.stateDir, 1, "Bearer own");
  await agent.stop();
  return settings;
}

/** Offers a credential, and waits until the agent holds it. */
async function offerCredential(server: OpampServer, stateDir: string, hash: number, authorization: string) {
  const dials = server.dials.length;
  server.send({
    connectionSettings: {
      hash: new Uint8Array([hash]),
      opamp: {
        destinationEndpoint: server.endpoint,
        headers: { headers: [{ key: "Authorization", value: authorization }] },
      },
    },
  });
  await until("a dial with it", () => server.dials.length > dials && server.connected);
  await until("the proof", () => stateOf(stateDir).connection?.headers.Authorization === authorization);
}

const tellDuplicate = (server: OpampServer) =>
  server.send({
    agentIdentification: {
      newInstanceUid: Uint8Array.from(newUid.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)),
    },
  });

test("a copy of a state folder on another host enrols anew when the server says that the other one is there", async () => {
  const server = await startServer();
  const original = await enrolled(server, "host-a");
  const copy = { ...original, stateDir: temporaryFolder(), host: "host-b" };
  rmSync(copy.stateDir, { recursive: true });
  cpSync(original.stateDir, copy.stateDir, { recursive: true });
  const messages = server.messages.length;
  await startAgent(copy);
  const hello = await until("its hello", () => server.messages[messages]);
  expect(server.dials.at(-1)?.authorization).toBe("Bearer own");
  expect(attributesFrom(hello.agentDescription?.nonIdentifyingAttributes ?? [])["host.id"]).toBe("host-b");
  const dials = server.dials.length;
  tellDuplicate(server);
  await until("a new enrolment", () => server.dials.length > dials);
  expect(server.dials.at(-1)?.authorization).toBe("Bearer enrol-me");
  const { instanceUid, connection } = stateOf(copy.stateDir);
  expect([instanceUid === stateOf(original.stateDir).instanceUid, connection]).toEqual([false, null]);
});

test("without a token it says what to do; on its own host a new uid is only a new uid", async () => {
  const server = await startServer();
  const original = await enrolled(server, "host-a");
  const lines: string[] = [];
  const messages = server.messages.length;
  const agent = await startAgent({ ...original, token: null, host: "host-b" }, lines);
  await until("its hello", () => server.messages[messages]);
  tellDuplicate(server);
  await until("the advice", () => lines.find((line) => line.includes("muster-agent reenrol")));
  expect(lines.join("\n")).toContain("the state folder was copied from it");
  expect(stateOf(original.stateDir).connection.headers.Authorization).toBe("Bearer own");
  await agent.stop();
  const later = server.messages.length;
  await startAgent(original);
  await until("its hello", () => server.messages[later]);
  tellDuplicate(server);
  await until("the new uid", () => server.messages.some((one) => uidToHex(one.instanceUid) === newUid));
  expect(stateOf(original.stateDir).connection).not.toBeNull();
});

test("a host that the server has accepted is the agent's from then on", async () => {
  const server = await startServer();
  const settings = await enrolled(server, "host-a");
  const messages = server.messages.length;
  await startAgent({ ...settings, host: "host-b" });
  await until("its hello", () => server.messages[messages]);
  server.send({});
  await until("the new host", () => stateOf(settings.stateDir).host === "host-b");
});

test("another token enrols it anew also after its credential was renewed without one", async () => {
  const server = await startServer();
  const settings = await enrolled(server, "host-a");
  const messages = server.messages.length;
  const agent = await startAgent({ ...settings, token: null });
  await until("its hello", () => server.messages[messages]);
  const { enrolledBy } = stateOf(settings.stateDir);
  await offerCredential(server, settings.stateDir, 2, "Bearer renewed");
  expect(stateOf(settings.stateDir).enrolledBy).toEqual(enrolledBy);
  await agent.stop();
  await startAgent({ ...settings, token: "another" });
  await until("an enrolment", () => server.dials.at(-1)?.authorization === "Bearer another");
});

test("told to leave, it forgets its credential, dials no more, and only another token lets it in", async () => {
  const server = await startServer();
  const settings = await enrolled(server, "host-a");
  const lines: string[] = [];
  const messages = server.messages.length;
  const agent = await startAgent(settings, lines);
  await until("its hello", () => server.messages[messages]);
  const data = new TextEncoder().encode(JSON.stringify({ reason: "machine sold", keepRunning: true }));
  server.send({ customMessage: { capability: musterAgentCapability, type: "decommission", data } });
  await until("its end", () => !server.connected);
  expect(stateOf(settings.stateDir)).toMatchObject({ connection: null, retired: { reason: "machine sold" } });
  await agent.stop();
  const dials = server.dials.length;
  const again = await startAgent(settings, lines);
  expect(lines.at(-1)).toContain("decommissioned (machine sold): it runs what it has, and dials no more");
  await again.stop();
  expect(server.dials.length).toBe(dials);
  await startAgent({ ...settings, token: "another" });
  await until("an enrolment", () => server.dials.at(-1)?.authorization === "Bearer another");
});

test("told to leave with what it runs, it ends that for good, also after a restart", async () => {
  const server = await startServer();
  const port = await freePort();
  const settings = greeterSettings(server.endpoint, temporaryFolder(), port);
  mkdirSync(settings.configDir);
  writeFileSync(join(settings.configDir, "greeter.yaml"), "greeting: hello\n");
  const agent = await startAgent(settings);
  await until("its hello", () => server.messages[0]);
  await until("the program", async () => (await greeting(port)) === "hello");
  const data = new TextEncoder().encode(JSON.stringify({ reason: "machine sold", keepRunning: false }));
  server.send({ customMessage: { capability: musterAgentCapability, type: "decommission", data } });
  await until("the program's end", async () => (await greeting(port)) === null);
  await agent.stop();
  const lines: string[] = [];
  const again = await startAgent(settings, lines);
  expect(lines.join("\n")).toContain("decommissioned (machine sold): it runs nothing, and dials no more");
  // What starts a program notes it before it answers.
  expect(existsSync(join(settings.stateDir, "child.json"))).toBe(false);
  expect(await greeting(port)).toBeNull();
  await again.stop();
  await startAgent({ ...settings, token: "another" });
  await until("the program again", async () => (await greeting(port)) === "hello");
});

test("says goodbye from the host, and waits until the server has let it go", async () => {
  const server = await startServer();
  const settings = await enrolled(server, "host-a");
  const where = ["--state-dir", settings.stateDir];
  const goodbye = muster(["decommission", ...where, "--reason", "rack emptied"]);
  const message = await until("its goodbye", () =>
    server.messages.find(({ customMessage }) => customMessage?.type === "decommission"),
  );
  expect(JSON.parse(new TextDecoder().decode(message.customMessage?.data)).reason).toBe("rack emptied");
  server.closeSocket(1008, "Decommissioned: rack emptied");
  expect(await goodbye).toMatchObject({
    code: 0,
    output: expect.stringMatching(/No program of it is left running; .* dials no more/),
  });
  expect(stateOf(settings.stateDir)).toMatchObject({ connection: null, retired: { reason: "rack emptied" } });
  expect(await muster(["reenrol", ...where])).toMatchObject({ code: 0 });
  expect(stateOf(settings.stateDir).retired).toBeNull();
  await startAgent(settings);
  await until("an enrolment", () => server.dials.at(-1)?.authorization === "Bearer enrol-me");
  const refused = await muster(["reenrol", ...where]);
  expect(refused).toMatchObject({
    code: 1,
    output: expect.stringContaining(
      `the agent (pid ${process.pid}) runs on ${settings.stateDir}; stop it first`,
    ),
  });
});

test.each(["reenrol", "decommission"])("%s changes nothing where no agent ever ran", async (command) => {
  const folder = join(temporaryFolder(), "mistyped");
  const { code, output } = await muster([command, "--state-dir", folder]);
  expect(code).toBe(1);
  expect(output).toContain(`no agent has ever run on ${folder}`);
  expect(output).toContain("--state-dir");
  expect(existsSync(folder)).toBe(false);
});

test("a goodbye that the server does not take leaves everything as it was", async () => {
  const server = await startServer();
  const settings = await enrolled(server, "host-a");
  server.refuse = () => ({ status: 503 });
  const { code, output } = await muster(["decommission", "--state-dir", settings.stateDir]);
  expect(code).toBe(1);
  expect(output).toContain("here with --offline");
  expect(stateOf(settings.stateDir).connection).not.toBeNull();
  const offline = await muster(["decommission", "--state-dir", settings.stateDir, "--offline"]);
  expect(offline.code).toBe(0);
  expect(stateOf(settings.stateDir).retired).not.toBeNull();
});
