/** Secrets of an environment: what is taken and answered, who may see that they exist, and who approves. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Secret, SecretVersion } from "../../protocol/api/secrets.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import { config, roll } from "../harness/worker/roll-out.ts";
import { get, pathOf, rotate, set, usageOf } from "../harness/worker/secrets.ts";
import { call, expectCall, member, type World, world } from "../harness/world.ts";

describe("what is kept", () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });

  it("answers everything but the value", async () => {
    const made = await set(w, { name: "TOKEN", value: "correct horse battery" });
    expect(made).toMatchObject({
      name: "TOKEN",
      level: "environment",
      currentVersion: 1,
      pendingVersion: null,
    });
    const answers = [
      made,
      await get(w, made.id),
      await rotate(w, made.id, "correct horse staple"),
      await usageOf(w, made.id),
      await expectCall(200, "GET", `/v1/secrets/${made.id}/versions`, { token: w.token }),
    ];
    expect(JSON.stringify(answers)).not.toMatch(/horse/);
    expect(await get(w, made.id)).toMatchObject({ currentVersion: 2, latestVersion: 2, revision: 2 });
  });

  it.each([
    ["too short a value", { value: "abc" }, "value"],
    ["too much", { value: "x".repeat(40_000) }, "value"],
    ["no value", {}, "value"],
    ["a name that no config can write", { name: "1-x", value: "correct" }, "name"],
    ["a fleet of somewhere else", { value: "correct", fleet: "flt_01JD0000000000000000000000" }, "fleet"],
  ])("refuses %s, names the field, and repeats no value", async (_, body, path) => {
    const refused = await call<Problem>("POST", pathOf(w), {
      token: w.token,
      body: { name: "BAD", ...body },
    });
    expect(refused.status).toBe(400);
    expect(refused.body.errors.map((error) => error.path)).toEqual([path]);
    expect(JSON.stringify(refused.body)).not.toMatch(/xxxx|correct/);
  });

  it("has one for each place", async () => {
    await set(w, { name: "PLACED", value: "first one" });
    const again = await call<Problem>("POST", pathOf(w), {
      token: w.token,
      body: { name: "PLACED", value: "second one" },
    });
    expect(again.body).toMatchObject({ code: "already_exists" });
    await set(w, { name: "PLACED", value: "third one", selector: "role=db" });
    const list = await expectCall<{ items: Secret[] }>(200, "GET", `${pathOf(w)}?name=PLACED`, {
      token: w.token,
    });
    expect(list.items.map(({ level }) => level)).toEqual(["environment", "labels"]);
  });

  it("lets one of two writers win", async () => {
    const { id } = await set(w, { name: "RACED", value: "first one" });
    const write = (value: string) =>
      call<Problem>("POST", `/v1/secrets/${id}/versions`, { token: w.token, body: { value } });
    const answers = await Promise.all([write("second one"), write("third one")]);
    const statuses = answers.map(({ status }) => status).sort();
    const { latestVersion } = await get(w, id);
    expect(latestVersion).toBe(1 + statuses.filter((status) => status === 201).length);
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true);
  });

  it("lets viewers see that it exists only where they may, and others not at all", async () => {
    const { id } = await set(w, { name: "SEEN", value: "not for you" });
    const [viewer, operator, stranger] = [
      await member(w, "viewer"),
      await member(w, "operator"),
      await world(),
    ];
    expect((await call("GET", `/v1/secrets/${id}`, { token: viewer.token })).status).toBe(403);
    expect((await call("GET", `/v1/secrets/${id}`, { token: operator.token })).status).toBe(200);
    const body = { value: "mine now" };
    expect((await call("POST", `/v1/secrets/${id}/versions`, { token: operator.token, body })).status).toBe(
      403,
    );
    expect((await call("GET", `/v1/secrets/${id}`, { token: stranger.token })).status).toBe(404);
  });
});

describe("in a protected environment", () => {
  let w: World;
  let id: string;
  beforeAll(async () => {
    w = await world();
    await expectCall(200, "PATCH", `/v1/environments/${w.environment}`, {
      token: w.token,
      body: { protected: true },
    });
    const made = await set(w, { name: "GUARDED", value: "correct horse" });
    id = made.id;
    expect(made).toMatchObject({ currentVersion: null, pendingVersion: 1 });
  });

  const decide = (token: string, number: number, verdict: "approve" | "reject") =>
    call<SecretVersion & Problem>("POST", `/v1/secrets/${id}/versions/${number}/${verdict}`, { token });

  it("gives no release what nobody has approved", async () => {
    const guarded = await config(w, "guarded", "token ${secret:GUARDED}\n");
    const refused = await roll(w, { assignments: [{ config: guarded, version: 1, selector: "" }] });
    expect(refused.body).toMatchObject({ code: "config_invalid" });
  });

  it("asks another person, and no key of the same one", async () => {
    expect((await decide(w.token, 1, "approve")).body.code).toBe("approval_required");
    const key = await expectCall<{ secret: string }>(201, "POST", `/v1/orgs/${w.organization}/api-keys`, {
      token: w.token,
      body: { name: "mine", role: "admin" },
    });
    expect((await decide(key.secret, 1, "approve")).body.code).toBe("forbidden");
    const admin = await member(w, "admin");
    const approved = await decide(admin.token, 1, "approve");
    expect(approved.body).toMatchObject({ state: "current", number: 1 });
    expect((await decide(admin.token, 1, "approve")).body.code).toBe("conflict");
    expect(await get(w, id)).toMatchObject({ currentVersion: 1, pendingVersion: null });
  });

  it("drops what is rejected, and keeps the current one meanwhile", async () => {
    expect(await rotate(w, id, "battery staple")).toMatchObject({ state: "pending", number: 2 });
    expect(await get(w, id)).toMatchObject({ currentVersion: 1, pendingVersion: 2 });
    const rejected = await decide(w.token, 2, "reject");
    expect(rejected.body).toMatchObject({ state: "rejected" });
    expect(rejected.body.destroyedAt).not.toBeNull();
    expect(await get(w, id)).toMatchObject({ currentVersion: 1, pendingVersion: null });
  });

  it("waits for nothing where the version that waited was destroyed", async () => {
    const { number } = await rotate(w, id, "no longer wanted");
    expect(await get(w, id)).toMatchObject({ pendingVersion: number });
    await expectCall(200, "DELETE", `/v1/secrets/${id}/versions/${number}`, { token: w.token });
    expect(await get(w, id)).toMatchObject({ currentVersion: 1, pendingVersion: null });
  });
});
