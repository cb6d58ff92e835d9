/** Reading the audit log: searched in a list, exported, and followed live. */
import { describe, expect, it } from "vitest";
import { checkExport } from "../../domain/audit/chain.ts";
import type { AuditEvent } from "../../protocol/api/audit.ts";
import {
  auditEvents,
  auditPath,
  createProject,
  exportAudit,
  fetchRaw,
  verifyAudit,
} from "../harness/worker/audit.ts";
import { call, expectCall, world } from "../harness/world.ts";

describe("the list", () => {
  it("is narrowed by actor, action, target, time and text, each with the others", async () => {
    const w = await world();
    const made = await createProject(w, "Findable");
    await createProject(w, "Other");
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
    for (let i = 0; i < 5; i++) await createProject(w, `Paged ${i}`);
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
    await createProject(w, "One");
    const lines = await exportAudit(w);
    expect(checkExport(lines)).toMatchObject({ valid: true, checked: lines.length });
    expect(lines[0]?.seq).toBe(1);
    expect(lines.at(-1)).toMatchObject({ action: "audit.export", sensitiveRead: true });
    expect((await verifyAudit(w)).head).toEqual({ seq: lines.at(-1)?.seq, hash: lines.at(-1)?.hash });
  });

  it("may be narrowed: each line still stands on its own", async () => {
    const w = await world();
    for (const name of ["One", "Two", "Three"]) await createProject(w, name);
    const lines = await exportAudit(w, "?action=project.create&q=t");
    expect(lines.map(({ summary }) => summary)).toEqual([
      "created project one",
      "created project two",
      "created project three",
    ]);
    const some = await exportAudit(w, "?q=three");
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
    const { head } = await verifyAudit(w);
    const answer = await fetchRaw(auditPath(w, "/live"), w.token);
    expect(answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    await createProject(w, "Seen");
    const { events, text } = await read(answer, 1);
    expect(events[0]).toMatchObject({ summary: "created project seen", seq: (head?.seq ?? 0) + 1 });
    expect(events[0]?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(text).toContain(`id: ${events[0]?.seq}\nevent: audit\n`);

    await createProject(w, "Missed");
    const again = await fetchRaw(auditPath(w, "/live"), w.token, { "last-event-id": String(events[0]?.seq) });
    expect((await read(again, 1)).events.map(({ summary }) => summary)).toEqual(["created project missed"]);
  });

  it("is narrowed like the list, and refuses a place that is none", async () => {
    const w = await world();
    const answer = await fetchRaw(auditPath(w, "/live?action=project.*"), w.token, { "last-event-id": "0" });
    await expectCall(200, "PATCH", `/v1/fleets/${w.fleet}`, { token: w.token, body: { name: "Renamed" } });
    await createProject(w, "Seen");
    expect((await read(answer, 1)).events[0]).toMatchObject({ action: "project.create" });
    const wrong = await fetchRaw(auditPath(w, "/live"), w.token, { "last-event-id": "yesterday" });
    expect(wrong.status).toBe(400);
    await wrong.text();
  });
});
