/** The audit log: what is noted; chained, append-only, and kept as long as the plan says. */
import { describe, expect, it } from "vitest";
import { checkExport } from "../../domain/audit/chain.ts";
import type { OrganizationId } from "../../domain/ids.ts";
import { expireAudit, sealAudit } from "../../workers/jobs/keep-audit.ts";
import { seal } from "../../workers/services/audit/seal.ts";
import { usualCapabilities } from "../harness/fake-agent.ts";
import {
  auditEvents,
  auditPath,
  auditSeqs,
  createProject,
  exportAudit,
  platformAt,
  rows,
  run,
  verifyAudit,
  withoutTriggers,
} from "../harness/worker/audit.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { call, expectCall, world } from "../harness/world.ts";

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

describe("the chain", () => {
  it("is whole after any writes, and its head may be noted", async () => {
    const w = await world();
    await createProject(w, "One");
    const first = await verifyAudit(w);
    expect(first).toMatchObject({ valid: true, complete: true, firstBroken: null, anchor: null });
    expect(first.checked).toBe((await auditSeqs(w)).length);
    await createProject(w, "Two");
    const { head } = first;
    const since = await verifyAudit(w, `?after=${head?.seq}&hash=${head?.hash}`);
    expect(since).toMatchObject({ valid: true, checked: 1 });
    const lie = await verifyAudit(w, `?after=${head?.seq}&hash=${"0".repeat(64)}`);
    expect(lie).toMatchObject({ valid: false, firstBroken: { fault: "not_as_noted", seq: head?.seq } });
    const beyond = await verifyAudit(w, `?after=999&hash=${head?.hash}`);
    expect(beyond).toMatchObject({ valid: false, firstBroken: { fault: "missing", seq: 999 } });
  });

  it("numbers the events of writers that come at once without a gap", async () => {
    const w = await world();
    await Promise.all(Array.from({ length: 12 }, (_, i) => createProject(w, `At once ${i}`)));
    const found = await auditSeqs(w);
    expect(found).toEqual(found.map((_, i) => i + 1));
    expect(found.length).toBeGreaterThan(12);
    expect(await verifyAudit(w)).toMatchObject({ valid: true, checked: found.length });
  });

  it("is sealed the same by whoever seals it, and by the cron job when nobody did", async () => {
    const w = await world();
    await verifyAudit(w);
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
    await createProject(w, "One");
    await verifyAudit(w);
    await withoutTriggers(() =>
      run(
        `update audit_events set ${column} = ${value} where organization_id = ? and seq = 2`,
        w.organization,
      ),
    );
    expect(await verifyAudit(w)).toMatchObject({ valid: false, firstBroken: { seq: 2, fault: "changed" } });
    const lines = await exportAudit(w);
    expect(checkExport(lines).firstBroken).toMatchObject({ seq: 2, fault: "changed" });
  });

  it("finds an event that was taken out of the middle, and one whose hash was taken away", async () => {
    const w = await world();
    await createProject(w, "One");
    await createProject(w, "Two");
    await verifyAudit(w);
    await withoutTriggers(() =>
      run("delete from audit_events where organization_id = ? and seq = 2", w.organization),
    );
    expect(await verifyAudit(w)).toMatchObject({
      valid: false,
      checked: 1,
      firstBroken: { seq: 2, id: null, fault: "missing" },
    });
    expect(checkExport(await exportAudit(w)).firstBroken).toMatchObject({ seq: 2, fault: "missing" });
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
    await verifyAudit(w);
    await expect(run(sql, w.organization)).rejects.toThrow(/audit: /);
    expect(await verifyAudit(w)).toMatchObject({ valid: true });
  });
});

describe("the retention of the plan", () => {
  const day = 24 * 3_600_000;

  it("removes what is older, and the chain can still be checked from its anchor", async () => {
    const w = await world();
    await run("update organizations set plan = 'free' where id = ?", w.organization);
    await createProject(w, "Old");
    const old = await verifyAudit(w);
    // The plan keeps 90 days.
    await expireAudit(platformAt(89 * day));
    expect(await verifyAudit(w)).toEqual(old);
    const noted = old.head ?? { seq: 0, hash: "" };
    await expireAudit(platformAt(91 * day));
    expect(await auditSeqs(w)).toEqual([]);
    await createProject(w, "New");
    expect(await auditSeqs(w)).toEqual([noted.seq + 1]);
    const after = await verifyAudit(w);
    expect(after).toMatchObject({ valid: true, checked: 1, anchor: { seq: noted.seq, hash: noted.hash } });
    expect(await verifyAudit(w, `?after=${noted.seq}&hash=${noted.hash}`)).toMatchObject({ valid: true });
    const lines = await exportAudit(w);
    expect(checkExport(lines)).toMatchObject({ valid: true });
    expect(lines[0]?.previousHash).toBe(noted.hash);
    const gone = await call<{ errors: { path: string }[] }>(
      "GET",
      auditPath(w, `/verify?after=1&hash=${noted.hash}`),
      { token: w.token },
    );
    expect([gone.status, gone.body.errors[0]?.path]).toEqual([400, "after"]);

    await expireAudit(platformAt(200 * day));
    expect(await verifyAudit(w)).toMatchObject({
      valid: true,
      checked: 0,
      anchor: { seq: lines.at(-1)?.seq },
    });
  });

  it("lets no anchor hide a change before what is left", async () => {
    const w = await world();
    await run("update organizations set plan = 'free' where id = ?", w.organization);
    await verifyAudit(w);
    await expireAudit(platformAt(91 * day));
    await createProject(w, "New");
    await verifyAudit(w);
    await withoutTriggers(() =>
      run(`update audit_anchors set hash = '${"b".repeat(64)}' where organization_id = ?`, w.organization),
    );
    expect(await verifyAudit(w)).toMatchObject({ valid: false, firstBroken: { fault: "changed" } });
  });
});
