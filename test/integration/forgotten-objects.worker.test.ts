/** Objects that keep nothing any more, or never did, hold no tables either: each would be a database of its own for ever. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { defaultTerms } from "../../domain/streams/streams.ts";
import type { AgentLogsRpc } from "../../protocol/rpc/agent-logs.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import type { StreamFacts, StreamRpc } from "../../protocol/rpc/streams.ts";
import { newId, until } from "../harness/worker/fleet-world.ts";

// The test configuration binds them.
const bound = env as unknown as Record<"STREAM" | "AGENT_LOGS", DurableObjectNamespace>;
const scope: FleetScope = { organizationId: newId("organization"), fleetId: newId("fleet") };
const tables = (stub: DurableObjectStub) =>
  runInDurableObject(stub, (_, { storage }) =>
    storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
  );

it("of a stream, before it is opened and after it is forgotten, and it opens anew", async () => {
  const streamId = newId("stream");
  const stub = bound.STREAM.getByName(streamId);
  const stream = stub as unknown as StreamRpc;
  expect(await stream.recording(scope, 0)).toMatchObject({ ok: false, refusal: { code: "not_found" } });
  expect(await tables(stub)).toEqual([]);
  const facts: StreamFacts = {
    ...scope,
    streamId,
    agentId: newId("agent"),
    agentName: "web-1",
    kind: "logs",
    terms: defaultTerms,
    title: "Logs",
    size: null,
    openedAtMs: Date.now(),
  };
  expect(await stream.open(facts)).toMatchObject({ ok: true });
  expect(await stream.end(scope, "ended")).toMatchObject({ ok: true });
  await until(
    () => runInDurableObject(stub, (_, { storage }) => storage.sql.exec("SELECT 1 FROM outbox").toArray()),
    (rows) => rows.length === 0,
  );
  await runInDurableObject(stub, (_, { storage }) => {
    storage.sql.exec("UPDATE stream SET record = json_set(record, '$.end.endedAtMs', 1)");
  });
  await evictDurableObject(stub);
  await until(
    async () => {
      await runDurableObjectAlarm(stub);
      return tables(stub);
    },
    (names) => names.length === 0,
  );
  expect(await stream.open(facts)).toMatchObject({ ok: true });
  expect(await tables(stub)).not.toEqual([]);
});

it("of what an agent ships, before it has shipped anything", async () => {
  const agentId = newId("agent");
  const stub = bound.AGENT_LOGS.get(bound.AGENT_LOGS.idFromName(agentId));
  const logs = stub as unknown as AgentLogsRpc;
  expect(await logs.read(scope, { limit: 10 })).toMatchObject({ ok: true, value: { items: [] } });
  await logs.changed(scope, null);
  await logs.erase(scope);
  expect(await tables(stub)).toEqual([]);
});
