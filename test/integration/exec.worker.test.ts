/** Commands on agents' hosts, by the API and through a real stream object. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { StreamTicket } from "../../protocol/api/exec.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import { type ControlMessage, channels } from "../../protocol/custom/streams.ts";
import { audit, ended, host, meet, run } from "../harness/worker/exec.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { dialStream, joinStream } from "../harness/worker/streams.ts";
import { call, expectCall, member } from "../harness/world.ts";

// The test configuration binds it.
const streams = (env as unknown as { STREAM: DurableObjectNamespace }).STREAM;
const { stdin, stdout, stderr } = channels;

it("runs a command: both sides meet, bytes pass, the end is kept, audited and told to the fleet", async () => {
  const { w, agent } = await host();
  const started = await run(w, agent, { command: ["sh", "-c", "echo 'a b'"], reason: "looking around" });
  const { far, near, order } = await meet(started, agent);
  expect(order).toMatchObject({ kind: "exec", spec: { command: ["sh", "-c", "echo 'a b'"], tty: false } });
  near.send(stdin, "typed");
  far.send(stdout, "out");
  far.send(stderr, "err");
  await until(
    () => [far.text(stdin), near.text(stdout), near.text(stderr)],
    (seen) => seen.every((text) => text !== ""),
  );
  expect([far.text(stdin), near.text(stdout), near.text(stderr)]).toEqual(["typed", "out", "err"]);
  far.control({ type: "exit", code: 3, signal: null, reason: "exited" });
  expect(await near.told("exit")).toEqual({ type: "exit", code: 3, signal: null, reason: "exited" });
  expect((await near.closed).code).toBe(4000);
  const done = await ended(w, started.session.id);
  expect(done.end).toMatchObject({ reason: "exited", exitCode: 3, bytesIn: 5, bytesOut: 6 });
  const told = (await audit(w)).filter(({ action }) => action.startsWith("exec."));
  expect(told.map(({ action }) => action)).toEqual(["exec.end", "exec.start"]);
  expect(told[1]?.changes).toContainEqual({ path: "command", after: ["sh", "-c", "echo 'a b'"] });
  const events = await until(
    () =>
      expectCall<{ items: { type: string }[] }>(200, "GET", `/v1/fleets/${w.fleet}/events`, {
        token: w.token,
      }),
    ({ items }) => items.some(({ type }) => type === "stream.ended"),
  );
  expect(events.items.map(({ type }) => type)).toContain("stream.opened");
});

it("lets each ticket in once, and none that is not for this stream", async () => {
  const { w, agent } = await host();
  const started = await run(w, agent);
  const { near } = await meet(started, agent);
  const { path, ticket } = started.stream as StreamTicket;
  const status = async (at: string, headers: Record<string, string>) => {
    const answer = await dialStream(at, headers);
    return [answer.status, ((await answer.json()) as Problem).detail];
  };
  expect(await status(path, { authorization: `Bearer ${ticket}` })).toEqual([
    401,
    expect.stringContaining("used before"),
  ]);
  expect(await status(path, {})).toEqual([401, expect.stringContaining("no ticket")]);
  expect(await status(path, { authorization: `Bearer ${w.token}` })).toEqual([
    401,
    expect.stringContaining("not signed"),
  ]);
  const other = await run(w, agent);
  expect(await status(path, { authorization: `Bearer ${other.stream?.ticket}` })).toEqual([
    401,
    expect.stringContaining("another stream"),
  ]);
  near.socket.close(1000);
  expect((await ended(w, started.session.id)).end?.reason).toBe("closed");
});

it("takes the ticket as a subprotocol, as a browser sends it", async () => {
  const { w, agent } = await host();
  const { stream } = await run(w, agent);
  const answer = await dialStream(stream?.path ?? "", {
    "sec-websocket-protocol": `muster.stream.v1, bearer.${stream?.ticket}`,
  });
  expect([answer.status, answer.headers.get("sec-websocket-protocol")]).toEqual([101, "muster.stream.v1"]);
  answer.webSocket?.accept();
  answer.webSocket?.close();
});

it("lets a viewer whose connection broke come back, and nobody else", async () => {
  const { w, agent } = await host();
  const admin = await member(w, "admin");
  const started = await run(w, agent);
  const { far, near } = await meet(started, agent);
  near.socket.close(3001, "the train went into a tunnel");
  const path = `/v1/streams/${started.session.id}/tickets`;
  expect((await call("POST", path, { token: admin.token })).status).toBe(409);
  const again = await expectCall<StreamTicket>(201, "POST", path, { token: w.token });
  await joinStream(`${again.path}?received=7`, again.ticket);
  await until(
    () => far.controls.filter(({ type }) => type === "ready"),
    (readies) => readies.length === 2,
  );
  expect(far.controls.at(-1)).toEqual({ type: "ready", resumed: true, received: 7 });
});

it("keeps a stream through the loss of the object's memory, and ends it when its time is over", async () => {
  const { w, agent } = await host();
  const started = await run(w, agent, { command: [], maxSeconds: 1 });
  const { far, near } = await meet(started, agent);
  const stub = streams.getByName(started.session.id);
  await evictDurableObject(stub, { webSockets: "hibernate" });
  far.send(stdout, "still here");
  await until(
    () => near.text(stdout),
    (text) => text === "still here",
  );
  await until(
    async () => {
      await runDurableObjectAlarm(stub);
      return near.controls.some(({ type }) => type === "exit");
    },
    (over) => over,
  );
  expect(await near.told("exit")).toMatchObject({ reason: "timeout", code: null });
  expect((await far.closed).code).toBe(4000);
  expect((await ended(w, started.session.id)).end).toMatchObject({ reason: "timeout", bytesOut: 10 });
});

it("ends with the agent's connection, and when somebody ends it", async () => {
  const { w, agent } = await host();
  const first = await run(w, agent);
  const { far } = await meet(first, agent);
  far.socket.close(3000, "the host lost power");
  expect((await ended(w, first.session.id)).end?.reason).toBe("agent_gone");
  const second = await run(w, agent);
  const { near } = await meet(second, agent, 2);
  await expectCall(200, "POST", `/v1/exec-sessions/${second.session.id}/end`, { token: w.token });
  expect((await near.told("exit")).reason).toBe("ended");
  await ended(w, second.session.id);
  const again = await call("POST", `/v1/exec-sessions/${second.session.id}/end`, { token: w.token });
  expect(again.status).toBe(409);
});

it("ends, also after the loss of its memory, when a side gives no sign of life", async () => {
  const { w, agent } = await host();
  const started = await run(w, agent);
  const { near } = await meet(started, agent);
  const stub = streams.getByName(started.session.id);
  await runInDurableObject(stub, (_, state) => {
    for (const socket of state.getWebSockets("agent")) {
      socket.serializeAttachment({
        ...socket.deserializeAttachment(),
        sinceMs: 0,
        lastMs: Date.now() - 61_000,
      });
    }
  });
  await evictDurableObject(stub, { webSockets: "hibernate" });
  await runDurableObjectAlarm(stub);
  expect((await near.told("exit")).reason).toBe("agent_gone");
});

it("counts what a viewer sent, also when it was lost and the object slept", async () => {
  const { w, agent } = await host();
  const started = await run(w, agent);
  const { far, near } = await meet(started, agent);
  near.send(stdin, "typed");
  await until(
    () => far.text(stdin),
    (text) => text === "typed",
  );
  near.socket.close(3001, "a tunnel");
  const stub = streams.getByName(started.session.id);
  await until(
    () =>
      runInDurableObject(stub, (_, { storage }) =>
        JSON.parse(storage.sql.exec<{ record: string }>("SELECT record FROM stream").one().record),
      ),
    ({ viewerLostAtMs }) => viewerLostAtMs !== null,
  );
  await evictDurableObject(stub, { webSockets: "hibernate" });
  await expectCall(200, "POST", `/v1/exec-sessions/${started.session.id}/end`, { token: w.token });
  expect((await ended(w, started.session.id)).end).toMatchObject({ reason: "ended", bytesIn: 5 });
});

it("closes a side that sends more than the other gave credit for", async () => {
  const { w, agent } = await host();
  const { far } = await meet(await run(w, agent), agent);
  for (let count = 0; count < 7; count++) far.send(stdout, "x".repeat(100_000));
  expect(await far.closed).toMatchObject({ code: 1008, reason: expect.stringContaining("credit") });
});

it("closes a side that says more than anybody can follow, and takes credit as often as there is data", async () => {
  const { w, agent } = await host();
  const { far, near } = await meet(await run(w, agent), agent);
  far.send(stdout, "x".repeat(600));
  await until(
    () => near.text(stdout).length,
    (length) => length === 600,
  );
  for (let count = 0; count < 600; count++) near.control({ type: "credit", bytes: 1 });
  // Twice as many as pass within ten seconds: so long they do not take.
  for (let count = 0; count < 550; count++) {
    near.control({ type: "resize", cols: 80 + (count % 9), rows: 24 });
    near.control({ type: "credit", bytes: 1 });
  }
  expect(await near.closed).toMatchObject({ code: 1008, reason: expect.stringContaining("said") });
  await until(
    () => far.controls.filter(({ type }) => type === "credit").length,
    (count) => count > 600,
  );
});

it("lets an agent tell after each piece of a log what it left out before it", async () => {
  const { w, agent } = await host();
  const { far, near } = await meet(await run(w, agent), agent);
  for (let count = 0; count < 600; count++) {
    far.send(stdout, "x");
    far.control({ type: "dropped", bytes: 1, lines: 1 });
  }
  await until(
    () => near.controls.filter(({ type }) => type === "dropped").length,
    (count) => count === 600,
  );
});

it.each<ControlMessage>([
  { type: "exit", code: 0, signal: null, reason: "exited" },
  { type: "ready", resumed: false, received: 0 },
])("takes no $type from a viewer", async (message) => {
  const { w, agent } = await host();
  const { far, near } = await meet(await run(w, agent), agent);
  near.control(message);
  expect(await near.closed).toMatchObject({ code: 1007, reason: expect.stringContaining("viewer") });
  expect(far.controls.map(({ type }) => type)).toEqual(["ready"]);
});

it("closes a side that says what it may not", async () => {
  const { w, agent } = await host();
  const { near } = await meet(await run(w, agent), agent);
  near.send(stdout, "I am the program");
  expect(await near.closed).toMatchObject({ code: 1007, reason: expect.stringContaining("viewer") });
});

it("records what the program writes, in pieces that never cut a character", async () => {
  const { w, agent } = await host();
  const started = await run(w, agent, { command: ["top"], tty: true, record: true });
  const { far, near } = await meet(started, agent);
  const bytes = new TextEncoder().encode("grüße");
  const cut = (from: number, to?: number) => Uint8Array.from([stdout, ...bytes.slice(from, to)]);
  far.socket.send(cut(0, 3));
  far.socket.send(cut(3));
  await until(
    () => near.text(stdout),
    (text) => text.endsWith("e"),
  );
  near.control({ type: "resize", cols: 100, rows: 40 });
  await far.told("resize");
  far.control({ type: "exit", code: 0, signal: null, reason: "exited" });
  const { recording } = await ended(w, started.session.id);
  expect(recording?.bytes).toBeGreaterThan(0);
  const cast = await expectCall<string>(200, "GET", `/v1/exec-sessions/${started.session.id}/recording`, {
    token: w.token,
  });
  const [header, ...lines] = cast
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(header).toMatchObject({ version: 2, width: 80, height: 24, title: "top on web-1" });
  expect(lines.map(([, type, text]) => [type, text])).toEqual([
    ["o", "gr"],
    ["o", "üße"],
    ["r", "100x40"],
  ]);
  expect((await audit(w)).map(({ action }) => action)).toContain("exec.replay");
});

it("answers a recording of many rows whole", async () => {
  const { w, agent } = await host();
  const started = await run(w, agent, { command: ["top"], tty: true, record: true });
  const { far, near } = await meet(started, agent);
  for (let count = 1; count <= 14; count++) {
    far.send(stdout, String(count % 10).repeat(100_000));
    await until(
      () => near.text(stdout).length,
      (length) => length === count * 100_000,
    );
    near.control({ type: "credit", bytes: 100_000 });
  }
  far.control({ type: "exit", code: 0, signal: null, reason: "exited" });
  await ended(w, started.session.id);
  const cast = await expectCall<string>(200, "GET", `/v1/exec-sessions/${started.session.id}/recording`, {
    token: w.token,
  });
  const [, ...lines] = cast.trim().split("\n");
  expect(lines.map((line) => JSON.parse(line)[2]).join("")).toBe(near.text(stdout));
});
