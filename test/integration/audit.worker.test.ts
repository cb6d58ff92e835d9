/** The audit log: chained, append-only, searchable, exported, kept as long as the plan says. */
import { describe, expect, it } from "vitest";
import { checkExport } from "../../domain/audit/chain.ts";
import type { OrganizationId } from "../../domain/ids.ts";
import type { AuditEvent, AuditVerification, ExportedAuditEvent } from "../../protocol/api/audit.ts";
import { expireAudit, sealAudit } from "../../workers/jobs/keep-audit.ts";
import { seal } from "../../workers/services/audit/seal.ts";
import { usualCapabilities } from "../harness/fake-agent.ts";
import {
  auditEvents,
  auditPath,
  fetchRaw,
  platformAt,
  rows,
  run,
  withoutTriggers,
} from "../harness/worker/audit.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { call, expectCall, type World, world } from "../harness/world.ts";

const project = (w: World, name: string) =>
  expectCall<{ id: string }>(201, "POST", `/v1/orgs/${w.organization}/projects`, {
    token: w.token,
    body: { name },
  });
const verify = (w: World, query = "") =>
  expectCall<AuditVerification>(200, "GET", auditPath(w, `/verify${query}`), { token: w.token });
const seqs = async (w: World) =>
  (
    await rows<{ seq: number }>(
      "select seq from audit_events where organization_id = ? order by seq",
      w.organization,
    )
  ).map(({ seq }) => seq);

async function exported(w: World, query = ""): Promise<ExportedAuditEvent[]> {
  const answer = await fetchRaw(auditPath(w, `/export${query}`), w.token);
  expect(answer.status).toBe(200);
  return new TextDecoder()
    .decode(await answer.arrayBuffer())
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ExportedAuditEvent);
}

it("tells who did what, where from, with before and after", async () => {
  const w = await world();
  await expectCall(200, "PATCH", `/v1/fleets/${w.fleet}`, {
    token: w.apiKey,
    body: { name: "Renamed" },
    headers: { "user-agent": "a test", "cf-connecting-ip": "192.0.2.7" },
  });
  const [event] = await auditEvents(w, "?action=fleet.update");
  expect(event).toMatchObject({
    actor: expect.stringMatching(/^key_/),
    actorName: "test",
    onBehalfOf: expect.stringMatching(/^usr_/),
    target: w.fleet,
    changes: [{ path: "fleet.name", before: "First fleet", after: "Renamed" }],
    address: "192.0.2.7",
    userAgent: "a test",
    requestId: expect.stringMatching(/^req_/),
    sensitiveRead: false,
  });
});

describe("the chain", () => {
  it("is whole after any writes, and its head may be noted", async () => {
    const w = await world();
    await project(w, "One");
    const first = await verify(w);
    expect(first).toMatchObject({ valid: true, complete: true, firstBroken: null, anchor: null });
    expect(first.checked).toBe((await seqs(w)).length);
    await project(w, "Two");
    const { head } = first;
    const since = await verify(w, `?after=${head?.seq}&hash=${head?.hash}`);
    expect(since).toMatchObject({ valid: true, checked: 1 });
    const lie = await verify(w, `?after=${head?.seq}&hash=${"0".repeat(64)}`);
    expect(lie).toMatchObject({ valid: false, firstBroken: { fault: "not_as_noted", seq: head?.seq } });
    const beyond = await verify(w, `?after=999&hash=${head?.hash}`);
    expect(beyond).toMatchObject({ valid: false, firstBroken: { fault: "missing", seq: 999 } });
  });

  it("numbers the events of writers that come at once without a gap", async () => {
    const w = await world();
    await Promise.all(Array.from({ length: 12 }, (_, i) => project(w, `At once ${i}`)));
    const found = await seqs(w);
    expect(found).toEqual(found.map((_, i) => i + 1));
    expect(found.length).toBeGreaterThan(12);
    expect(await verify(w)).toMatchObject({ valid: true, checked: found.length });
  });

  it("is sealed the same by whoever seals it, and by the cron job when nobody did", async () => {
    const w = await world();
    await verify(w);
    const before = await rows<{ hash: string }>(
      "select hash from audit_events where organization_id = ? order by seq",
      w.organization,
    );
    await withoutTriggers(() =>
      run("update audit_events set hash = null where organization_id = ?", w.organization),
    );
    const id = w.organization as OrganizationId;
    await Promise.all([seal(platformAt(0), id), seal(platformAt(0), id), sealAudit(platformAt(0))]);
    const after = await rows<{ hash: string }>(
      "select hash from audit_events where organization_id = ? order by seq",
      w.organization,
    );
    expect(after).toEqual(before);
    expect(after.every(({ hash }) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
  });

  it.each([
    ["at", "at + 1"],
    ["actor", "actor || 'x'"],
    ["actor_name", "'Somebody else'"],
    ["on_behalf_of", "'usr_01JD0000000000000000000000'"],
    ["action", "'fleet.read'"],
    ["target", "target || 'x'"],
    ["summary", "'nothing happened'"],
    ["changes", `'[{"path":"x"}]'`],
    ["address", "'198.51.100.1'"],
    ["user_agent", "'another'"],
    ["request_id", "request_id || 'x'"],
    ["sensitive_read", "1 - sensitive_read"],
    ["hash", `'${"a".repeat(64)}'`],
    ["id", "id || 'x'"],
  ])("finds a %s that was changed in the store", async (column, value) => {
    const w = await world();
    await project(w, "One");
    await verify(w);
    await withoutTriggers(() =>
      run(
        `update audit_events set ${column} = ${value} where organization_id = ? and seq = 2`,
        w.organization,
      ),
    );
    expect(await verify(w)).toMatchObject({ valid: false, firstBroken: { seq: 2, fault: "changed" } });
    const lines = await exported(w);
    expect(checkExport(lines).firstBroken).toMatchObject({ seq: 2, fault: "changed" });
  });

  it("finds an event that was taken out of the middle, and one whose hash was taken away", async () => {
    const w = await world();
    await project(w, "One");
    await project(w, "Two");
    await verify(w);
    await withoutTriggers(() =>
      run("delete from audit_events where organization_id = ? and seq = 2", w.organization),
    );
    expect(await verify(w)).toMatchObject({
      valid: false,
      checked: 1,
      firstBroken: { seq: 2, id: null, fault: "missing" },
    });
    expect(checkExport(await exported(w)).firstBroken).toMatchObject({ seq: 2, fault: "missing" });
  });
});

describe("the store itself", () => {
  it.each([
    ["an event that changes", "update audit_events set summary = 'x' where organization_id = ?"],
    [
      "an event that is sealed anew",
      `update audit_events set hash = '${"a".repeat(64)}' where organization_id = ?`,
    ],
    ["an event that goes", "delete from audit_events where organization_id = ?"],
    [
      "an event at another place",
      "insert into audit_events (id, organization_id, at, actor, action, target, summary, request_id, seq) select id || 'x', organization_id, at, actor, action, target, summary, request_id, 99 from audit_events where organization_id = ? limit 1",
    ],
    [
      "an event that comes sealed",
      "insert into audit_events (id, organization_id, at, actor, action, target, summary, request_id, seq, hash) select id || 'x', organization_id, at, actor, action, target, summary, request_id, (select max(seq) + 1 from audit_events where organization_id = e.organization_id), hash from audit_events e where organization_id = ? limit 1",
    ],
    [
      "an anchor that is no event",
      "insert into audit_anchors (organization_id, seq, hash, removed_before) values (?, 2, 'x', 0)",
    ],
  ])("refuses %s", async (_, sql) => {
    const w = await world();
    await verify(w);
    await expect(run(sql, w.organization)).rejects.toThrow(/audit: /);
    expect(await verify(w)).toMatchObject({ valid: true });
  });
});

describe("the list", () => {
  it("is narrowed by actor, action, target, time and text, each with the others", async () => {
    const w = await world();
    const made = await project(w, "Findable");
    await project(w, "Other");
    const [event] = await auditEvents(w, `?target=${made.id}`);
    expect(event).toMatchObject({ action: "project.create", target: made.id });
    const count = async (query: string) => (await auditEvents(w, query)).length;
    expect(await count("?action=project.create")).toBe(2);
    expect(await count("?action=project.*")).toBe(2);
    expect(await count("?action=proj.*")).toBe(0);
    expect(await count("?q=FINDABLE")).toBe(1);
    expect(await count("?q=100%25")).toBe(0);
    expect(await count(`?actor=${event?.actor}&action=project.create&q=findable`)).toBe(1);
    expect(await count(`?onBehalfOf=${event?.actor}`)).toBe(0);
    const at = event?.at ?? "";
    expect(await count(`?to=${at}&action=project.create`)).toBe(0);
    expect(await count(`?from=${at}&action=project.create`)).toBe(2);
    const later = new Date(Date.parse(at) + 60_000).toISOString();
    expect(await count(`?from=${later}`)).toBe(0);
  });

  it("names the field that is wrong", async () => {
    const w = await world();
    const at = "2026-11-21T09:00:00.000Z";
    for (const [query, path] of [
      ["?action=everything", "action"],
      [`?from=${at}&to=${at}`, "to"],
      ["?from=yesterday", "from"],
    ] as const) {
      const answer = await call<{ errors: { path: string }[] }>("GET", auditPath(w, query), {
        token: w.token,
      });
      expect([answer.status, answer.body.errors[0]?.path]).toEqual([400, path]);
    }
    const half = await call<{ errors: { path: string }[] }>("GET", auditPath(w, "/verify?after=1"), {
      token: w.token,
    });
    expect([half.status, half.body.errors[0]?.path]).toEqual([400, "after"]);
  });

  it("pages through everything once, also while text is looked for", async () => {
    const w = await world();
    for (let i = 0; i < 5; i++) await project(w, `Paged ${i}`);
    const found: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: { items: AuditEvent[]; nextCursor: string | null } = await expectCall(
        200,
        "GET",
        auditPath(w, `?limit=2&q=paged${cursor && `&cursor=${cursor}`}`),
        { token: w.token },
      );
      found.push(...page.items.map(({ summary }) => summary));
      cursor = page.nextCursor;
    }
    expect(found).toEqual([4, 3, 2, 1, 0].map((i) => `created project paged-${i}`));
  });
});

describe("an export", () => {
  it("is whole, can be checked without the server, and holds its own trace", async () => {
    const w = await world();
    await project(w, "One");
    const lines = await exported(w);
    expect(checkExport(lines)).toMatchObject({ valid: true, checked: lines.length });
    expect(lines[0]?.seq).toBe(1);
    expect(lines.at(-1)).toMatchObject({ action: "audit.export", sensitiveRead: true });
    expect((await verify(w)).head).toEqual({ seq: lines.at(-1)?.seq, hash: lines.at(-1)?.hash });
  });

  it("may be narrowed: each line still stands on its own", async () => {
    const w = await world();
    for (const name of ["One", "Two", "Three"]) await project(w, name);
    const lines = await exported(w, "?action=project.create&q=t");
    expect(lines.map(({ summary }) => summary)).toEqual([
      "created project one",
      "created project two",
      "created project three",
    ]);
    const some = await exported(w, "?q=three");
    expect(checkExport([...lines.slice(0, 1), ...some], { gaps: true }).valid).toBe(true);
    const forged = some.map((one) => ({ ...one, summary: "nothing" }));
    expect(checkExport(forged, { gaps: true }).valid).toBe(false);
  });

  it("comes as CSV that no spreadsheet takes for formulas", async () => {
    const w = await world();
    await expectCall(200, "PATCH", `/v1/fleets/${w.fleet}`, {
      token: w.token,
      body: { name: '=HYPERLINK("x")' },
      headers: { "user-agent": "@SUM(A1)" },
    });
    const answer = await fetchRaw(auditPath(w, "/export?format=csv&action=fleet.update"), w.token);
    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(answer.headers.get("content-disposition")).toMatch(
      /^attachment; filename="audit-[a-z0-9-]+\.csv"$/,
    );
    const [head, line] = (await answer.text()).split("\r\n");
    expect(head).toMatch(/^seq,at,actor,/);
    expect(line).toContain(",'@SUM(A1),");
    expect(line).not.toMatch(/,"?[=@+]/);
  });

  it("asks for a role of its own", async () => {
    const w = await world();
    const key = await expectCall<{ secret: string }>(201, "POST", `/v1/orgs/${w.organization}/api-keys`, {
      token: w.token,
      body: { name: "operator", role: "operator" },
    });
    const answer = await fetchRaw(auditPath(w, "/export"), key.secret);
    expect(answer.status).toBe(403);
    await answer.text();
  });
});

it("notes who restarts an agent, which the fleet's object does", async () => {
  const w = await world();
  const capabilities = [...usualCapabilities, "AcceptsRestartCommand"] as const;
  const [agent] = await enrol(w, ["restarted"], { capabilities });
  await expectCall(200, "POST", `/v1/agents/${agent?.id}/restart`, { token: w.token });
  const [event] = await auditEvents(w, "?action=agent.restart");
  expect(event).toMatchObject({ target: agent?.id, actorName: expect.any(String) });
});

it("notes who reads the webhook key", async () => {
  const w = await world();
  await expectCall(200, "GET", `/v1/orgs/${w.organization}/webhook-key`, { token: w.token });
  const [event] = await auditEvents(w, "?action=webhook_key.read");
  expect(event).toMatchObject({ sensitiveRead: true, target: w.organization });
  expect(JSON.stringify(event)).not.toContain("whsec_");
});

describe("the live stream", () => {
  /** Reads until `wanted` events are there. */
  async function read(answer: Response, wanted: number): Promise<{ events: AuditEvent[]; text: string }> {
    const reader = (answer.body as ReadableStream<Uint8Array>)
      .pipeThrough(new TextDecoderStream())
      .getReader();
    let text = "";
    for (;;) {
      const events = [...text.matchAll(/^event: audit\ndata: (.*)$/gm)].map(
        ([, data = ""]) => JSON.parse(data) as AuditEvent,
      );
      if (events.length >= wanted) {
        await reader.cancel();
        return { events, text };
      }
      const { done, value } = await reader.read();
      if (done) throw new Error(`the stream ended after ${text}`);
      text += value;
    }
  }

  it("tells what happens, and goes on after the event that was seen last", async () => {
    const w = await world();
    const { head } = await verify(w);
    const answer = await fetchRaw(auditPath(w, "/live"), w.token);
    expect(answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    await project(w, "Seen");
    const { events, text } = await read(answer, 1);
    expect(events[0]).toMatchObject({ summary: "created project seen", seq: (head?.seq ?? 0) + 1 });
    expect(events[0]?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(text).toContain(`id: ${events[0]?.seq}\nevent: audit\n`);

    await project(w, "Missed");
    const again = await fetchRaw(auditPath(w, "/live"), w.token, { "last-event-id": String(events[0]?.seq) });
    expect((await read(again, 1)).events.map(({ summary }) => summary)).toEqual(["created project missed"]);
  });

  it("is narrowed like the list, and refuses a place that is none", async () => {
    const w = await world();
    const answer = await fetchRaw(auditPath(w, "/live?action=project.*"), w.token, { "last-event-id": "0" });
    await expectCall(200, "PATCH", `/v1/fleets/${w.fleet}`, { token: w.token, body: { name: "Renamed" } });
    await project(w, "Seen");
    expect((await read(answer, 1)).events[0]).toMatchObject({ action: "project.create" });
    const wrong = await fetchRaw(auditPath(w, "/live"), w.token, { "last-event-id": "yesterday" });
    expect(wrong.status).toBe(400);
    await wrong.text();
  });
});

describe("the retention of the plan", () => {
  const day = 24 * 3_600_000;

  it("removes what is older, and the chain can still be checked from its anchor", async () => {
    const w = await world();
    await run("update organizations set plan = 'free' where id = ?", w.organization);
    await project(w, "Old");
    const old = await verify(w);
    // The plan keeps 90 days.
    await expireAudit(platformAt(89 * day));
    expect(await verify(w)).toEqual(old);
    const noted = old.head ?? { seq: 0, hash: "" };
    await expireAudit(platformAt(91 * day));
    expect(await seqs(w)).toEqual([]);
    await project(w, "New");
    expect(await seqs(w)).toEqual([noted.seq + 1]);
    const after = await verify(w);
    expect(after).toMatchObject({ valid: true, checked: 1, anchor: { seq: noted.seq, hash: noted.hash } });
    expect(await verify(w, `?after=${noted.seq}&hash=${noted.hash}`)).toMatchObject({ valid: true });
    const lines = await exported(w);
    expect(checkExport(lines)).toMatchObject({ valid: true });
    expect(lines[0]?.previousHash).toBe(noted.hash);
    const gone = await call<{ errors: { path: string }[] }>(
      "GET",
      auditPath(w, `/verify?after=1&hash=${noted.hash}`),
      { token: w.token },
    );
    expect([gone.status, gone.body.errors[0]?.path]).toEqual([400, "after"]);

    await expireAudit(platformAt(200 * day));
    expect(await verify(w)).toMatchObject({ valid: true, checked: 0, anchor: { seq: lines.at(-1)?.seq } });
  });

  it("lets no anchor hide a change before what is left", async () => {
    const w = await world();
    await run("update organizations set plan = 'free' where id = ?", w.organization);
    await verify(w);
    await expireAudit(platformAt(91 * day));
    await project(w, "New");
    await verify(w);
    await withoutTriggers(() =>
      run(`update audit_anchors set hash = '${"b".repeat(64)}' where organization_id = ?`, w.organization),
    );
    expect(await verify(w)).toMatchObject({ valid: false, firstBroken: { fault: "changed" } });
  });
});
