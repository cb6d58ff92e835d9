/** Drafts, labels, restore, diff, uses and deletion of configs and their versions. */
import { describe, expect, it } from "vitest";
import type {
  ConfigDiff,
  ConfigDraft,
  ConfigUse,
  ConfigVersionLabel,
  ListedConfigVersion,
  VersionLabelChange,
} from "../../protocol/api/config-versions.ts";
import type { Config, ConfigChange, ConfigVersionDetail } from "../../protocol/api/configs.ts";
import type { Release } from "../../protocol/api/rollouts.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import { rows } from "../harness/worker/audit.ts";
import { call, expectCall, member, type World, world } from "../harness/world.ts";

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

function client(w: World, token = w.token) {
  const send =
    (method: string) =>
    <T>(status: number, path: string, body?: object, headers?: Record<string, string>) =>
      expectCall<T>(status, method, path, { token, ...(body && { body }), ...(headers && { headers }) });
  return {
    get: send("GET"),
    post: send("POST"),
    put: send("PUT"),
    patch: send("PATCH"),
    del: send("DELETE"),
  };
}

async function made(versions = ["one\n"], body: object = {}) {
  const w = await world();
  const api = client(w);
  const [first, ...others] = versions;
  const config = await api.post<Config>(201, `/v1/projects/${w.project}/configs`, {
    name: "edge",
    kind: "file",
    content: first,
    ...body,
  });
  const at = `/v1/configs/${config.id}`;
  for (const content of others) await api.post(201, `${at}/versions`, { content });
  return { w, api, config, at };
}

const release = (api: ReturnType<typeof client>, w: World, assignment: object) =>
  api.post<Release>(201, `/v1/fleets/${w.fleet}/releases`, { assignments: [assignment] });

describe("the draft of a config", () => {
  it("is begun, saved over by its ETag alone, and published on top of what it was begun from", async () => {
    const { w, api, at } = await made();
    await api.get(404, `${at}/draft`);
    const begun = await call<ConfigDraft>("PUT", `${at}/draft`, {
      token: w.token,
      body: { content: "two\n" },
    });
    expect(begun.status).toBe(200);
    expect(begun.body).toMatchObject({
      content: "two\n",
      baseVersion: 1,
      latestVersion: 1,
      author: expect.any(String),
    });
    const etag = begun.headers.get("etag") ?? "";
    expect(etag).toBe(`"${begun.body.revision}"`);

    const blind = await api.put<Problem>(409, `${at}/draft`, { content: "blind\n" });
    expect(blind.errors).toEqual([{ path: "content", message: expect.stringContaining("was saved by") }]);
    const second = await api.put<ConfigDraft>(
      200,
      `${at}/draft`,
      { content: "three\n" },
      { "if-match": etag },
    );
    expect(second.revision).toBeGreaterThan(begun.body.revision);
    await api.put(409, `${at}/draft`, { content: "late\n" }, { "if-match": etag });
    await api.post(409, `${at}/draft/publish`, {}, { "if-match": etag });
    expect(await api.get<ConfigDraft>(200, `${at}/draft`)).toMatchObject({ content: "three\n" });

    const published = await api.post<ConfigVersionDetail>(
      201,
      `${at}/draft/publish`,
      { message: "third" },
      { "if-match": `"${second.revision}"` },
    );
    expect(published).toMatchObject({ number: 2, content: "three\n", message: "third" });
    await api.get(404, `${at}/draft`);
    const gone = await api.put<Problem>(
      409,
      `${at}/draft`,
      { content: "x\n" },
      { "if-match": `"${second.revision}"` },
    );
    expect(gone.detail).toContain("published or discarded");
  });

  it("of two writers at once lets one in and tells the other who it was", async () => {
    const { w, api, at } = await made();
    const other = client(w, (await member(w, "admin")).token);
    const { revision } = await api.put<ConfigDraft>(200, `${at}/draft`, { content: "a\n" });
    const headers = { "if-match": `"${revision}"` };
    const answers = await Promise.all(
      [w.token, (await member(w, "admin")).token].map((token, i) =>
        call<ConfigDraft & Problem>("PUT", `${at}/draft`, { token, body: { content: `${i}\n` }, headers }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const winner = answers.find(({ status }) => status === 200)?.body;
    const loser = answers.find(({ status }) => status === 409)?.body;
    expect(loser?.detail).toContain(winner?.author);
    expect(await other.get<ConfigDraft>(200, `${at}/draft`)).toMatchObject({ content: winner?.content });
  });

  it("is not published over a version that came meanwhile, until it is based on that", async () => {
    const { api, at } = await made();
    await api.put(200, `${at}/draft`, { content: "mine\n" });
    await api.post(201, `${at}/versions`, { content: "theirs\n", message: "urgent" });
    const refused = await api.post<Problem>(409, `${at}/draft/publish`, {});
    expect(refused.detail).toContain("urgent");
    expect(await api.get(200, `${at}/draft`)).toMatchObject({ baseVersion: 1, latestVersion: 2 });
    await api.put(400, `${at}/draft`, { content: "both\n", baseVersion: 3 }, { "if-match": "*" });
    await api.put(200, `${at}/draft`, { content: "both\n", baseVersion: 2 }, { "if-match": "*" });
    expect(await api.post(201, `${at}/draft/publish`, {})).toMatchObject({ number: 3, content: "both\n" });
  });

  it("keeps errors and tells them, and is thrown away by whoever may write", async () => {
    const { w, api, at } = await made(["global\n"], { kind: "haproxy" });
    const draft = await api.put<ConfigDraft>(200, `${at}/draft`, { content: "nonsense here\n" });
    expect(draft.diagnostics.map(({ severity }) => severity)).toContain("error");
    const viewer = client(w, (await member(w, "viewer")).token);
    await viewer.get(200, `${at}/draft`);
    await viewer.del(403, `${at}/draft`);
    await api.del(409, `${at}/draft`, undefined, { "if-match": '"1"' });
    await api.del(200, `${at}/draft`);
    await api.get(404, `${at}/draft`);
  });

  it("leaves no text of it in the audit log", async () => {
    const { w, api, at } = await made();
    await api.put(200, `${at}/draft`, { content: "planted-words\n" });
    await api.del(200, `${at}/draft`);
    const written = await rows<{ action: string; changes: string; summary: string }>(
      "select action, changes, summary from audit_events where organization_id = ?",
      w.organization,
    );
    expect(written.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["config.save_draft", "config.discard_draft"]),
    );
    expect(JSON.stringify(written)).not.toContain("planted-words");
  });
});

describe("labels of versions", () => {
  it("are put, moved and taken away, and stand with the versions", async () => {
    const { api, at } = await made(["1\n", "2\n", "3\n"]);
    const put = await api.put<VersionLabelChange>(200, `${at}/labels/prod`, { version: 2 });
    expect(put).toMatchObject({ label: "prod", version: 2 });
    expect(put.receipt.undo?.command).toBe("muster configs labels delete edge prod");
    await api.put(200, `${at}/labels/known-good`, { version: 2 });
    const moved = await api.put<VersionLabelChange>(200, `${at}/labels/prod`, { version: 3 });
    expect(moved.receipt.undo?.command).toBe("muster configs labels set edge prod 2");
    const { items } = await api.get<Page<ConfigVersionLabel>>(200, `${at}/labels`);
    expect(items.map(({ label, version }) => [label, version])).toEqual([
      ["known-good", 2],
      ["prod", 3],
    ]);
    const versions = await api.get<Page<ListedConfigVersion>>(200, `${at}/versions`);
    expect(versions.items.map(({ number, labels }) => [number, labels])).toEqual([
      [3, ["prod"]],
      [2, ["known-good"]],
      [1, []],
    ]);
    expect(await api.get(200, `${at}/versions/prod`)).toMatchObject({ number: 3, content: "3\n" });
    expect(await api.get(200, `${at}/versions/latest`)).toMatchObject({ number: 3 });
    await api.del(200, `${at}/labels/prod`);
    await api.get(404, `${at}/versions/prod`);
    await api.del(404, `${at}/labels/prod`);
  });

  it("are held to where they were seen, and to names that cannot be mistaken", async () => {
    const { api, at } = await made(["1\n", "2\n"]);
    await api.put(200, `${at}/labels/prod`, { version: 1 }, { "if-match": '"0"' });
    await api.put(200, `${at}/labels/prod`, { version: 2 }, { "if-match": '"1"' });
    const late = await api.put<Problem>(409, `${at}/labels/prod`, { version: 1 }, { "if-match": '"1"' });
    expect(late.errors).toEqual([{ path: "label", message: "is now on version 2" }]);
    await api.put(404, `${at}/labels/prod`, { version: 9 });
    for (const name of ["latest", "draft", "3", "v3", "Prod", "-a"]) {
      await api.put(404, `${at}/labels/${name}`, { version: 1 });
    }
  });
});

it("freezes what a label stands for when a release is made of it", async () => {
  const { w, api, config, at } = await made(["1\n", "2\n", "3\n"]);
  await api.put(200, `${at}/labels/prod`, { version: 2 });
  const first = await release(api, w, { config: config.id, version: "prod" });
  await api.put(200, `${at}/labels/prod`, { version: 3 });
  const second = await release(api, w, { config: config.id, version: "prod" });
  expect([first, second].map(({ assignments }) => assignments[0]?.version)).toEqual([2, 3]);
  expect(await api.get(200, `/v1/releases/${first.id}`)).toMatchObject({ assignments: [{ version: 2 }] });
  const unknown = await api.post<Problem>(400, `/v1/fleets/${w.fleet}/releases`, {
    assignments: [{ config: config.id, version: "staging" }],
  });
  expect(unknown.errors).toEqual([
    { path: "assignments[0].version", message: "config edge has no version that is labelled staging" },
  ]);
});

it("restores an old version as a new one", async () => {
  const { api, at } = await made(["1\n", "2\n"]);
  const restored = await api.post<ConfigVersionDetail>(201, `${at}/versions/1/restore`, { baseVersion: 2 });
  expect(restored).toMatchObject({ number: 3, content: "1\n", message: "restores version 1" });
  await api.post(409, `${at}/versions/1/restore`, { baseVersion: 2 });
  await api.post(404, `${at}/versions/9/restore`, {});
});

it("tells what differs, unified and side by side, by number, label and draft", async () => {
  const { api, at } = await made(["a\nb\nc\n", "a\nB\nc\nd\n"]);
  await api.put(200, `${at}/labels/old`, { version: 1 });
  const diff = await api.get<ConfigDiff>(200, `${at}/diff`);
  expect(diff).toMatchObject({ from: { version: 1 }, to: { version: 2 }, added: 2, removed: 1 });
  expect(diff.unified).toBe("--- edge@1\n+++ edge@2\n@@ -1,3 +1,4 @@\n a\n-b\n+B\n c\n+d\n");
  expect(diff.hunks[0]?.sideBySide).toEqual([
    { change: "same", before: { line: 1, text: "a" }, after: { line: 1, text: "a" } },
    { change: "changed", before: { line: 2, text: "b" }, after: { line: 2, text: "B" } },
    { change: "same", before: { line: 3, text: "c" }, after: { line: 3, text: "c" } },
    { change: "added", before: null, after: { line: 4, text: "d" } },
  ]);
  await api.put(200, `${at}/draft`, { content: "a\nb\nc\n" });
  const undone = await api.get<ConfigDiff>(200, `${at}/diff?from=old&to=draft`);
  expect(undone).toMatchObject({ added: 0, removed: 0, unified: "", hunks: [] });
  expect((await api.get<ConfigDiff>(200, `${at}/diff?to=draft`)).from).toEqual({
    name: "edge@2",
    version: 2,
  });
  const first = await api.get<Problem>(400, `${at}/diff?to=1`);
  expect(first.errors).toEqual([{ path: "from", message: expect.stringContaining("none before it") }]);
});

describe("deletion", () => {
  it("spares what a release names, and says which one", async () => {
    const { w, api, config, at } = await made(["1\n", "2\n", "3\n"]);
    const { id, number } = await release(api, w, { config: config.id, version: 2, selector: "a=b" });
    const refused = await api.del<Problem>(409, `${at}/versions/2`);
    expect(refused.detail).toContain(`release ${number} of `);
    const whole = await api.del<Problem>(409, at);
    expect(whole.detail).toContain(`release ${number} of `);
    await api.del(200, `${at}/versions/1`);
    await api.get(404, `${at}/versions/1`);
    const uses = await api.get<Page<ConfigUse>>(200, `${at}/uses`);
    expect(uses.items).toMatchObject([
      { fleetId: w.fleet, releaseId: id, releaseNumber: number, version: 2, selector: "a=b", current: false },
    ]);
    expect((await api.get<Page<ConfigUse>>(200, `${at}/uses?version=3`)).items).toEqual([]);
    expect((await api.get<Page<ConfigUse>>(200, `${at}/uses?current=true`)).items).toEqual([]);
  });

  it("names no fleet to who may not see it", async () => {
    const { w, api, config, at } = await made(["1\n", "2\n"]);
    await release(api, w, { config: config.id, version: 1 });
    const writer = await member(w, "viewer");
    await api.post(201, `/v1/orgs/${w.organization}/roles`, {
      name: "Writer",
      statements: [{ permissions: ["config.*"] }],
    });
    const { items } = await api.get<Page<{ id: string; name: string }>>(
      200,
      `/v1/orgs/${w.organization}/roles`,
    );
    const role = items.find(({ name }) => name === "Writer")?.id;
    await api.patch(200, `/v1/orgs/${w.organization}/members/${writer.id}`, { role });
    const them = client(w, writer.token);
    expect((await them.get<Page<ConfigUse>>(200, `${at}/uses`)).items).toEqual([]);
    const refused = await them.del<Problem>(409, `${at}/versions/1`);
    expect(refused.detail).toContain("a fleet that you cannot see");
  });

  it("spares the latest version and those with a label, and never gives a number twice", async () => {
    const { api, at } = await made(["1\n", "2\n"]);
    expect((await api.del<Problem>(409, `${at}/versions/2`)).detail).toContain("latest");
    await api.put(200, `${at}/labels/prod`, { version: 1 });
    expect((await api.del<Problem>(409, `${at}/versions/1`)).errors).toEqual([
      { path: "number", message: "is labelled prod" },
    ]);
    await api.del(200, `${at}/labels/prod`);
    await api.del(200, `${at}/versions/1`);
    expect(await api.post(201, `${at}/versions`, { content: "3\n" })).toMatchObject({ number: 3 });
    expect(await api.get<ConfigDiff>(200, `${at}/diff`)).toMatchObject({ from: { version: 2 } });
  });

  it("takes a config with all that is its own, and frees its name", async () => {
    const { w, api, config, at } = await made(["1\n", "2\n"]);
    await api.put(200, `${at}/draft`, { content: "x\n" });
    await api.put(200, `${at}/labels/prod`, { version: 1 });
    await api.del(200, at);
    await api.get(404, at);
    const left = await rows<{ n: number }>(
      `select (select count(*) from config_versions where config_id = ?1) + (select count(*) from config_drafts where config_id = ?1)
        + (select count(*) from config_version_labels where config_id = ?1) as n`,
      config.id,
    );
    expect(left).toEqual([{ n: 0 }]);
    await api.post(201, `/v1/projects/${w.project}/configs`, { name: "edge", kind: "file" });
  });
});

describe("labels of configs", () => {
  it("choose configs by selector, kind and part of the name, page by page", async () => {
    const { w, api, config } = await made(["1\n"], { labels: { tier: "edge", team: "web" } });
    const path = `/v1/projects/${w.project}/configs`;
    await api.post(201, path, { name: "core", kind: "haproxy", labels: { tier: "core" } });
    await api.post(201, path, { name: "edge-2", kind: "haproxy", labels: { tier: "edge" } });
    await api.post(201, path, { name: "plain", kind: "file" });
    const names = async (query: string) => {
      const { items } = await api.get<Page<Config>>(200, `${path}?${query}`);
      return items.map(({ name }) => name);
    };
    expect(await names("label=tier%3Dedge")).toEqual(["edge", "edge-2"]);
    expect(await names("label=tier%3Dedge,!team")).toEqual(["edge-2"]);
    expect(await names("label=tier%3D~c.*")).toEqual(["core"]);
    expect(await names("kind=haproxy")).toEqual(["core", "edge-2"]);
    expect(await names("q=EDGE")).toEqual(["edge", "edge-2"]);
    const first = await api.get<Page<Config>>(200, `${path}?label=tier&limit=2`);
    expect(first.items.map(({ name }) => name)).toEqual(["edge", "core"]);
    const rest = await api.get<Page<Config>>(200, `${path}?label=tier&limit=2&cursor=${first.nextCursor}`);
    expect(rest).toMatchObject({ items: [{ name: "edge-2" }], nextCursor: null });
    const bad = await api.get<Problem>(400, `${path}?label=a==%3D`);
    expect(bad.errors[0]?.path).toBe("label");
    expect(config.labels).toEqual({ team: "web", tier: "edge" });
  });

  it("are replaced whole, held to their ETag, and touch no version", async () => {
    const { w, api, at } = await made(["1\n"], { labels: { a: "1" } });
    const { headers } = await call("GET", at, { token: w.token });
    const etag = headers.get("etag") ?? "";
    const changed = await api.patch<ConfigChange>(200, at, { labels: { b: "2" } }, { "if-match": etag });
    expect(changed).toMatchObject({ labels: { b: "2" }, latestVersion: 1 });
    expect(changed.receipt.undo?.command).toBe("muster configs update edge --replace --label a=1");
    const late = await api.patch<Problem>(409, at, { labels: {} }, { "if-match": etag });
    expect(late.errors).toEqual([{ path: "labels", message: 'are now {"b":"2"}' }]);
    expect((await api.patch<ConfigChange>(200, at, { labels: { b: "2" } })).receipt.changes).toEqual([]);
  });
});
