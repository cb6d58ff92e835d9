import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { expect, it } from "vitest";
import { problem } from "../../protocol/api/shared.ts";
import { liveMessage, liveSubprotocol } from "../../protocol/live/messages.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { call, expectCall, type World, world } from "../harness/world.ts";

// The combined entry's default export is the API Worker; vitest.config.ts gives the bindings.
const worker = (exports as unknown as { default: Fetcher }).default;
const { DB: store, FLEET: fleets } = env as unknown as { DB: D1Database; FLEET: DurableObjectNamespace };

const projects = (w: World) => `/v1/orgs/${w.organization}/projects`;

it("refuses with a problem that says cause and fix, whatever is wrong", async () => {
  const w = await world();
  const as = { token: w.token };
  const json = { "content-type": "application/json" };
  const cases: [string, string, Parameters<typeof call>[2], number, string][] = [
    ["GET", "/v1/nothing", as, 404, "not_found"],
    ["DELETE", "/v1/me", as, 405, "method_not_allowed"],
    ["GET", "/v1/fleets/flt_nonsense", as, 404, "not_found"],
    ["POST", projects(w), { ...as, headers: json, body: "{" }, 400, "malformed_body"],
    [
      "POST",
      projects(w),
      { ...as, headers: { "content-type": "text/plain" }, body: "{}" },
      415,
      "unsupported_media_type",
    ],
    ["POST", projects(w), { ...as, body: {} }, 400, "validation_failed"],
    ["POST", projects(w), { ...as }, 400, "validation_failed"],
    ["POST", projects(w), { ...as, body: "x".repeat(4 * 1024 * 1024 + 1) }, 413, "payload_too_large"],
    ["GET", `${projects(w)}?limit=0`, as, 400, "validation_failed"],
    ["GET", `${projects(w)}?cursor=abc`, as, 400, "validation_failed"],
    ["GET", `/v1/fleets/${w.fleet}/agents?label=a%3D`, as, 400, "validation_failed"],
    ["GET", `/v1/fleets/${w.fleet}/live`, as, 426, "upgrade_required"],
    ["GET", "/v1/me", {}, 401, "unauthenticated"],
  ];
  for (const [method, path, options, status, code] of cases) {
    const answer = await call(method, path, options);
    const name = `${method} ${path}`;
    expect([answer.status, answer.body.code], name).toEqual([status, code]);
    expect(answer.headers.get("content-type"), name).toBe("application/problem+json");
    const parsed = problem.parse(answer.body);
    expect(parsed.requestId, name).toBe(answer.headers.get("x-request-id"));
    expect(parsed.detail, name).toMatch(/\. \S|: .+\.$/);
  }
  const wrongMethod = await call("DELETE", projects(w), as);
  expect(wrongMethod.headers.get("allow")).toBe("GET, POST");
});

it("names every wrong field by its path", async () => {
  const w = await world();
  const answer = await call<{ errors: { path: string }[] }>("POST", `/v1/fleets/${w.fleet}/rollouts`, {
    token: w.token,
    body: {
      assignments: [{ config: "cfg_x" }, { config: w.project, selector: 7 }],
      strategy: { kind: "rolling", batch: "200%" },
    },
  });
  expect(answer.status).toBe(400);
  expect(answer.body.errors.map((one) => one.path).toSorted()).toEqual([
    "assignments[0].config",
    "assignments[1].config",
    "assignments[1].selector",
    "strategy.batch",
  ]);
});

it("refuses what it does not know, in bodies and in queries, and then does nothing", async () => {
  const w = await world();
  const rollouts = `/v1/fleets/${w.fleet}/rollouts`;
  const assignments = [{ config: "cfg_01JD0000000000000000000000" }];
  const cases: [string, object | undefined, string[]][] = [
    [`${rollouts}?dryrun=true`, { assignments }, ["dryrun"]],
    [rollouts, { assignments, gate: {}, strategy: { kind: "all-at-once" } }, ["gate"]],
    [rollouts, { assignments, strategy: { kind: "all-at-once", batch: 1 } }, ["strategy.batch"]],
    [rollouts, { assignments, gates: { soak: 1, maxFailure: 2 } }, ["gates.soak", "gates.maxFailure"]],
    [rollouts, { assignments: [{ ...assignments[0], label: "a=b" }] }, ["assignments[0].label"]],
    ["/v1/rollouts/rol_01JD0000000000000000000000/abort?dryRun=true", undefined, ["dryRun"]],
    [projects(w), { name: "Typo", slgu: "typo" }, ["slgu"]],
    [`/v1/fleets/${w.fleet}/enrollment-tokens`, { labels: { "a b": "c" }, uses: 1 }, ["labels.a b", "uses"]],
  ];
  for (const [path, body, paths] of cases) {
    const answer = await call<{ code: string; errors: { path: string; message: string }[] }>("POST", path, {
      token: w.token,
      ...(body && { body }),
    });
    expect([answer.status, answer.body.code], path).toEqual([400, "validation_failed"]);
    expect(answer.body.errors.map((one) => one.path).toSorted(), path).toEqual(paths.toSorted());
    for (const { message } of answer.body.errors) expect(message).toMatch(/use letters|is not known here/);
  }
  const query = await call("GET", `/v1/fleets/${w.fleet}/agents?stauts=online`, { token: w.token });
  expect(query.body).toMatchObject({ code: "validation_failed", errors: [{ path: "stauts" }] });
  const label = await call("GET", `/v1/fleets/${w.fleet}/agents?label=a%3D`, { token: w.token });
  expect(label.body).toMatchObject({ errors: [{ path: "label" }] });
  const list = await expectCall<{ items: unknown[] }>(200, "GET", projects(w), { token: w.token });
  expect(list.items).toHaveLength(1);
});

it("stores no content that is not Unicode", async () => {
  const w = await world();
  const answer = await call("POST", `/v1/projects/${w.project}/configs`, {
    token: w.token,
    headers: { "content-type": "application/json" },
    body: String.raw`{"name":"half","kind":"file","content":"a\ud800b"}`,
  });
  expect(answer.body).toMatchObject({ code: "validation_failed", errors: [{ path: "content" }] });
});

it("says nothing of what broke inside, and logs it under the request's id", async () => {
  const w = await world();
  await store.prepare("alter table projects rename to projects_away").run();
  const broken = await call<{ detail: string; requestId: string }>("GET", projects(w), { token: w.token });
  await store.prepare("alter table projects_away rename to projects").run();
  expect(broken.status).toBe(500);
  expect(broken.body).toMatchObject({ code: "internal", retryable: true, errors: [] });
  expect(JSON.stringify(broken.body)).not.toMatch(/projects|sqlite|select|\.ts/i);
  expect(broken.body.detail).toContain(broken.body.requestId);
});

it("sends the headers that keep browsers from guessing", async () => {
  const answer = await call("GET", "/v1/health");
  expect(answer.body).toEqual({ status: "ok", mail: "not configured" });
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(answer.headers.get("x-request-id")).toMatch(/^req_/);
});

it("pages through a list once, in one order", async () => {
  const w = await world();
  for (let i = 0; i < 4; i++) {
    await expectCall(201, "POST", projects(w), { token: w.token, body: { name: `P${i}` } });
  }
  const seen: string[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const query: string = cursor ? `&cursor=${cursor}` : "";
    const page: { items: { slug: string }[]; nextCursor: string | null } = await expectCall(
      200,
      "GET",
      `${projects(w)}?limit=2${query}`,
      { token: w.token },
    );
    seen.push(...page.items.map((one) => one.slug));
    cursor = page.nextCursor;
    pages++;
  } while (cursor);
  expect(seen).toEqual(["default", "p0", "p1", "p2", "p3"]);
  expect(pages).toBe(3);
});

it("gives the first answer again for the same key, secret included, and stores no secret in the clear", async () => {
  const w = await world();
  const path = `/v1/orgs/${w.organization}/api-keys`;
  const post = (body: object, key: string, token = w.token) =>
    call<{ id: string; secret: string; code: string }>("POST", path, {
      token,
      body,
      headers: { "idempotency-key": key },
    });
  const first = await post({ name: "ci" }, "k-1");
  const again = await post({ name: "ci" }, "k-1");
  expect([again.status, again.body]).toEqual([201, first.body]);
  const list = await expectCall<{ items: unknown[] }>(200, "GET", path, { token: w.token });
  expect(list.items).toHaveLength(2);

  const otherBody = await post({ name: "cd" }, "k-1");
  expect([otherBody.status, otherBody.body.code]).toEqual([409, "idempotency_mismatch"]);
  // Another actor's key of the same name is another key.
  expect((await post({ name: "cd" }, "k-1", w.apiKey)).status).toBe(201);
  expect((await post({ name: "cd" }, "two words")).status).toBe(400);

  const kept = await store.prepare("select answer from idempotency_keys").all<{ answer: string }>();
  expect(kept.results.length).toBeGreaterThan(0);
  expect(kept.results.some((row) => row.answer.includes(first.body.secret))).toBe(false);

  // Refusals are answers too.
  const slug = { name: "Twice", slug: "default" };
  const refused = await call("POST", projects(w), {
    token: w.token,
    body: slug,
    headers: { "idempotency-key": "k-2" },
  });
  const refusedAgain = await call("POST", projects(w), {
    token: w.token,
    body: slug,
    headers: { "idempotency-key": "k-2" },
  });
  expect(refused.status).toBe(409);
  expect(refusedAgain.body).toEqual(refused.body);
});

it("runs a request once when it comes twice at the same time", async () => {
  const w = await world();
  const send = () =>
    call("POST", projects(w), {
      token: w.token,
      body: { name: "Once" },
      headers: { "idempotency-key": "at-once" },
    });
  const answers = await Promise.all([send(), send(), send()]);
  const statuses = answers.map((one) => one.status);
  expect(statuses.filter((status) => status !== 409).length).toBeGreaterThan(0);
  for (const answer of answers) {
    if (answer.status === 409) expect(answer.body.code).toBe("idempotency_in_progress");
    else expect(answer.status).toBe(201);
  }
  const list = await expectCall<{ items: { slug: string }[] }>(200, "GET", projects(w), { token: w.token });
  expect(list.items.filter((one) => one.slug === "once")).toHaveLength(1);
});

it("refuses an edit that was made on an older state, and shows what it is now", async () => {
  const w = await world();
  const path = `/v1/fleets/${w.fleet}`;
  const etag = (await call("GET", path, { token: w.token })).headers.get("etag") ?? "";
  const patch = (name: string, ifMatch?: string) =>
    call<{ errors: unknown }>("PATCH", path, {
      token: w.token,
      body: { name },
      ...(ifMatch && { headers: { "if-match": ifMatch } }),
    });
  const first = await patch("Edge", etag);
  expect(first.status).toBe(200);
  expect(first.headers.get("etag")).not.toBe(etag);
  const outdated = await patch("Core", etag);
  expect(outdated.status).toBe(409);
  expect(outdated.body).toMatchObject({
    code: "conflict",
    errors: [{ path: "name", message: 'is now "Edge"' }],
  });
  expect((await patch("Core")).status).toBe(200);
  const now = (await call("GET", path, { token: w.token })).headers.get("etag") ?? "";
  expect((await patch("Weak", `"0", W/${now}`)).status).toBe(200);
  expect((await patch("Any", "*")).status).toBe(200);
  const both = await Promise.all([patch("A"), patch("B")]);
  expect(both.map((one) => one.status).every((status) => status === 200 || status === 409)).toBe(true);
});

it("makes no enrolment token that the gateway would refuse for its length", async () => {
  const w = await world();
  const labels = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`label-${n}`, "x".repeat(200)]));
  const path = `/v1/fleets/${w.fleet}/enrollment-tokens`;
  const answer = await call("POST", path, { token: w.token, body: { labels } });
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ code: "validation_failed", errors: [{ path: "labels" }] });
  expect(await expectCall(200, "GET", path, { token: w.token })).toMatchObject({ items: [] });
});

it("does what it says also when the answer is too large to be kept for a repetition", async () => {
  const w = await world();
  const config = await expectCall<{ id: string }>(201, "POST", `/v1/projects/${w.project}/configs`, {
    token: w.token,
    body: { name: "large", kind: "file" },
  });
  const path = `/v1/configs/${config.id}/versions`;
  const order = {
    token: w.token,
    body: { content: "ツ".repeat(512 * 1024) },
    headers: { "idempotency-key": "large-1" },
  };
  const saved = await expectCall<{ number: number }>(201, "POST", path, order);
  expect(saved.number).toBe(1);
  const again = await call("POST", path, order);
  expect(again.status).toBe(409);
  expect(again.body).toMatchObject({
    code: "conflict",
    detail: expect.stringContaining("too large to be kept"),
  });
  const versions = await expectCall<{ items: unknown[] }>(200, "GET", path, { token: w.token });
  expect(versions.items).toHaveLength(1);
});

it("says which name is taken", async () => {
  const w = await world();
  const taken = await call("POST", `/v1/projects/${w.project}/environments`, {
    token: w.token,
    body: { name: "Production" },
  });
  expect(taken.body).toMatchObject({ code: "already_exists", errors: [{ path: "slug" }] });
});

it("opens the live feed for whoever may read events, by header and by subprotocol", async () => {
  const w = await world();
  const other = await world();
  const url = `http://muster.test/v1/fleets/${w.fleet}/live`;
  const open = (headers: Record<string, string>) =>
    worker.fetch(url, { headers: { upgrade: "websocket", ...headers } });
  expect((await open({})).status).toBe(401);
  expect((await open({ authorization: `Bearer ${other.token}` })).status).toBe(404);

  for (const headers of [
    { authorization: `Bearer ${w.token}` },
    { "sec-websocket-protocol": `${liveSubprotocol}, bearer.${w.token}` },
  ]) {
    const answer = await open(headers);
    expect(answer.status).toBe(101);
    expect(answer.headers.get("sec-websocket-protocol") ?? "").not.toContain("bearer.");
    const socket = answer.webSocket;
    if (!socket) throw new Error("there is no socket");
    const messages: unknown[] = [];
    socket.addEventListener("message", (event) => {
      messages.push(JSON.parse(String(event.data)));
    });
    socket.accept();
    await until(
      () => messages.length,
      (count) => count > 0,
    );
    expect(liveMessage.parse(messages[0])).toMatchObject({ type: "hello" });
    socket.close();
  }
});

it("lets nobody follow for longer than a quarter of an hour without looking at the credential anew", async () => {
  const w = await world();
  for (const token of [w.token, w.apiKey]) {
    const before = Date.now();
    const answer = await worker.fetch(`http://muster.test/v1/fleets/${w.fleet}/live`, {
      headers: { upgrade: "websocket", authorization: `Bearer ${token}` },
    });
    const socket = answer.webSocket;
    if (!socket) throw new Error("there is no socket");
    socket.accept();
    const held = await runInDurableObject(fleets.getByName(w.fleet), (_, state) =>
      state.getWebSockets("viewer").map((one) => one.deserializeAttachment()),
    );
    const lastsMs = held[0].principal.expiresAtMs - before;
    expect(lastsMs).toBeGreaterThan(14 * 60_000);
    expect(lastsMs).toBeLessThanOrEqual(15 * 60_000 + (Date.now() - before));
    socket.close();
    await until(
      () => runInDurableObject(fleets.getByName(w.fleet), (_, state) => state.getWebSockets("viewer").length),
      (count) => count === 0,
    );
  }
});

it("serves itself as OpenAPI 3.1 and as a page without scripts", async () => {
  const document = await expectCall<{
    openapi: string;
    paths: Record<string, Record<string, { operationId: string }>>;
  }>(200, "GET", "/v1/openapi.json");
  expect(document.openapi).toBe("3.1.0");
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
  const page = await worker.fetch("http://muster.test/docs/api");
  expect(page.headers.get("content-type")).toContain("text/html");
  const text = await page.text();
  for (const { operationId } of operations) expect(text).toContain(`id="${operationId}"`);
  expect(text).not.toMatch(/<script|\b(?:src|href)="https?:|@import|\bon\w+="/);
});

it("lists who changed what", async () => {
  const w = await world();
  await expectCall(201, "POST", projects(w), { token: w.apiKey, body: { name: "Audited" } });
  const list = await expectCall<{ items: { action: string; actor: string; summary: string }[] }>(
    200,
    "GET",
    `/v1/orgs/${w.organization}/audit-events`,
    { token: w.token },
  );
  expect(list.items.map((one) => one.action)).toEqual([
    "project.create",
    "api_key.create",
    "organization.create",
  ]);
  expect(list.items[0]).toMatchObject({
    actor: expect.stringMatching(/^key_/),
    summary: "created project audited",
  });
});
