import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ChainedEvent, type ExportedEvent, genesis, hashOf } from "../domain/audit/chain.ts";
import { at, fakeId, organizationId, user } from "./testing/bodies.ts";
import { problemAnswer } from "./testing/server.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.server.close());

/** A chain as the server seals it. */
function chain(length: number): ExportedEvent[] {
  let previousHash = genesis.hash;
  return Array.from({ length }, (_, i) => {
    const event: ChainedEvent = {
      id: fakeId("aud", i + 1),
      organizationId,
      seq: i + 1,
      at,
      actor: user.id,
      actorName: "Ada",
      onBehalfOf: null,
      action: "fleet.create",
      target: fakeId("flt"),
      summary: `Made fleet ${i + 1}`,
      changes: [],
      address: "192.0.2.1",
      userAgent: "muster-cli",
      requestId: "req_test",
      sensitiveRead: false,
    };
    const hash = hashOf(previousHash, event);
    const sealed = { ...event, hash, previousHash };
    previousHash = hash;
    return sealed;
  });
}

const ndjson = (events: ExportedEvent[]) => events.map((event) => `${JSON.stringify(event)}\n`).join("");
const events = chain(4);
const head = events[3] as ExportedEvent;
const save = (text: string) => writeFile(join(world.home, "audit.ndjson"), text);

describe("muster audit verify --file", () => {
  const verify = (...more: string[]) => world.muster(["audit", "verify", "--file", "audit.ndjson", ...more]);

  it("finds a whole export good, without the server, and prints its head", async () => {
    await save(ndjson(events));
    await world.server.close();
    const { code, stdout } = await verify("--noted", `2:${events[1]?.hash}`);
    expect(code).toBe(0);
    expect(stdout).toBe(`✓ 4 events are as they were written.\nhead: 4:${head.hash}\n`);
  });

  it.each([
    ["a changed event", events.map((one) => (one.seq === 3 ? { ...one, summary: "Nothing" } : one)), 3],
    ["a missing event", events.filter(({ seq }) => seq !== 2), 2],
    ["events in another order", events.toReversed(), 5],
  ])("finds %s", async (_, broken, seq) => {
    await save(ndjson(broken));
    const { code, stderr, stdout } = await verify("--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ valid: false });
    expect(JSON.parse(stderr).error.message).toContain("broken at event");
    expect(JSON.parse(stdout).firstBroken.seq).toBeLessThanOrEqual(seq);
  });

  it("lets a filtered export have gaps, when that is said", async () => {
    await save(ndjson(events.filter(({ seq }) => seq !== 2)));
    expect((await verify("--gaps")).code).toBe(0);
  });

  it("finds a history that was written anew by the head that was noted", async () => {
    await save(ndjson(events));
    expect((await verify("--noted", `4:${"0".repeat(64)}`)).code).toBe(1);
  });

  it("refuses what is no export with 2 and a missing file with 4", async () => {
    await save("not json\n");
    expect(await verify()).toMatchObject({ code: 2 });
    expect(await world.muster(["audit", "verify", "--file", "none"])).toMatchObject({ code: 4 });
    expect(await world.muster(["audit", "verify", "--gaps"])).toMatchObject({ code: 2 });
    expect(await world.muster(["audit", "verify", "--noted", "x"])).toMatchObject({ code: 2 });
  });
});

describe("muster audit verify", () => {
  it("asks on until the chain's end", async () => {
    const found = { valid: true, firstBroken: null, anchor: null };
    world.routes["GET /v1/orgs/*/audit-events/verify"] = ({ query }) => ({
      body:
        query.after === undefined
          ? { ...found, checked: 2, complete: false, head: { seq: 2, hash: events[1]?.hash } }
          : { ...found, checked: 2, complete: true, head: { seq: 4, hash: head.hash } },
    });
    const { code, stdout } = await world.muster(["audit", "verify"]);
    expect(code).toBe(0);
    expect(stdout).toContain("4 events are as they were written");
    expect(world.sent("GET", "/verify")?.query).toEqual({ after: "2", hash: events[1]?.hash });
  });

  it("exits with 1 when the server finds it broken", async () => {
    const firstBroken = { seq: 3, id: null, fault: "missing", detail: "Event 3 is missing." };
    world.routes["GET /v1/orgs/*/audit-events/verify"] = () => ({
      body: { valid: false, checked: 2, complete: false, firstBroken, head: null, anchor: null },
    });
    const { code, stdout } = await world.muster(["audit", "verify"]);
    expect(code).toBe(1);
    expect(stdout).toContain("Event 3 is missing.");
  });
});

describe("muster audit export", () => {
  beforeEach(() => {
    world.routes["GET /v1/orgs/*/audit-events/export"] = () => ({
      contentType: "application/x-ndjson",
      body: ndjson(events),
    });
  });

  it("writes the file for its owner alone, and never over another", async () => {
    const argv = ["audit", "export", "-o", "out.ndjson", "--from", "7d"];
    expect((await world.muster(argv)).code).toBe(0);
    const file = join(world.home, "out.ndjson");
    expect(await readFile(file, "utf8")).toBe(ndjson(events));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(world.sent("GET", "/export")?.query).toEqual({
      format: "ndjson",
      from: "2026-11-14T10:00:00.000Z",
    });
    expect((await world.muster(argv)).code).toBe(5);
    expect((await world.muster(["audit", "export"])).stdout).toBe(ndjson(events));
  });

  it("ends with the server's refusal", async () => {
    world.routes["GET /v1/orgs/*/audit-events/export"] = () => problemAnswer("forbidden", "Your role. Ask.");
    expect(await world.muster(["audit", "export"])).toMatchObject({ code: 3, stdout: "" });
  });
});

it("muster orgs export writes what the server sends", async () => {
  const body = '{"kind":"end","rows":{}}\n';
  world.routes["POST /v1/orgs/*/export"] = () => ({ contentType: "application/x-ndjson", body });
  expect((await world.muster(["orgs", "export", "acme"])).stdout).toBe(body);
});

it("muster audit follow goes on after the last event when the stream ends", async () => {
  const live = events.map(({ previousHash: _, ...event }) => event);
  const told = (event: (typeof live)[number]) =>
    `id: ${event.seq}\nevent: audit\ndata: ${JSON.stringify(event)}\n\n`;
  const streams = [
    `id: 0\n\n${told(live[0] as ChainedEvent & { hash: string })}`,
    `${live.slice(1, 3).map(told).join("")}id: 3\n\n`,
  ];
  const from: (string | undefined)[] = [];
  world.routes["GET /v1/orgs/*/audit-events/live"] = ({ headers }) => {
    from.push(headers["last-event-id"]?.toString());
    return { contentType: "text/event-stream", body: streams[from.length - 1] ?? ": nothing\n\n" };
  };
  const stop = new AbortController();
  let seen = "";
  const { code, stdout } = await world.muster(["audit", "follow", "--json"], {
    signal: stop.signal,
    onStdout: (text) => {
      seen += text;
      if (seen.includes("Made fleet 3")) stop.abort();
    },
  });
  expect(code).toBe(130);
  const shown = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).seq);
  expect(shown).toEqual([1, 2, 3]);
  expect(from).toEqual([undefined, "1"]);
}, 30_000);
