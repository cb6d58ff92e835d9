/** Variables of an environment: what is taken, kept and shown, and who may change it. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Problem } from "../../protocol/api/shared.ts";
import type { Variable, VariableChange } from "../../protocol/api/variables.ts";
import { list, pathOf, set } from "../harness/worker/variables.ts";
import { call, expectCall, member, type World, world } from "../harness/world.ts";

describe("what is kept", () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });

  it.each([
    ["a string", "x y", "string"],
    ["a string that looks like a number", "012", "string"],
    ["a number", 1.5, "number"],
    ["a boolean", false, "boolean"],
    ["a list", ["a", { b: null }], "json"],
    ["null", null, "json"],
  ])("answers %s as it was set", async (what, value, type) => {
    const name = `V_${what.replaceAll(" ", "_")}`;
    const made = await set(w, { name, value });
    expect(made).toMatchObject({ name, value, type, level: "environment", version: 1 });
    const found = await expectCall<Variable>(200, "GET", `/v1/variables/${made.id}`, { token: w.token });
    expect(found.value).toEqual(value);
  });

  it.each([
    ["another type", { value: "x", type: "number" }, "value"],
    ["no value", {}, "value"],
    ["a number that JSON does not keep", { value: 2 ** 60 }, "value"],
    ["too much", { value: "x".repeat(40_000) }, "value"],
    ["half a character", { value: "\ud800" }, "value"],
    ["a name that no config can write", { name: "1-x", value: 1 }, "name"],
    ["a selector that cannot be read", { value: 1, selector: "a=" }, "selector"],
    ["a fleet of somewhere else", { value: 1, fleet: "flt_01JD0000000000000000000000" }, "fleet"],
  ])("refuses %s, and names the field", async (_, body, path) => {
    const refused = await call<Problem>("POST", pathOf(w), {
      token: w.token,
      body: { name: "BAD", ...body },
    });
    expect(refused.status).toBe(400);
    expect(refused.body.errors.map((one) => one.path)).toEqual([path]);
  });

  it("refuses a value that nests without end", async () => {
    let value: unknown = 1;
    for (let i = 0; i < 2_000; i++) value = [value];
    const refused = await call<Problem>("POST", pathOf(w), { token: w.token, body: { name: "DEEP", value } });
    expect(refused.status).toBe(400);
  });

  it("has one row for each place, however its selector is written", async () => {
    await set(w, { name: "PLACED", value: 1, selector: "a=b, c exists" });
    const again = await call<Problem>("POST", pathOf(w), {
      token: w.token,
      body: { name: "PLACED", value: 2, selector: "a=b,c" },
    });
    expect(again.body.code).toBe("already_exists");
    await set(w, { name: "PLACED", value: 3 });
    const rows = await list(w, "name=PLACED");
    expect(rows.items.map(({ level, value }) => [level, value])).toEqual([
      ["environment", 3],
      ["labels", 1],
    ]);
  });

  it("lists by name, page by page", async () => {
    const own = await world();
    for (const name of ["B", "A", "C"]) await set(own, { name, value: name });
    const first = await list(own, "limit=2");
    expect(first.items.map(({ name }) => name)).toEqual(["A", "B"]);
    const rest = await list(own, `limit=2&cursor=${first.nextCursor}`);
    expect(rest.items.map(({ name }) => name)).toEqual(["C"]);
    expect(rest.nextCursor).toBeNull();
    const bad = await call<Problem>("GET", `${pathOf(own)}?cursor=bm9wZQ`, { token: own.token });
    expect(bad.body.code).toBe("validation_failed");
  });

  it("lets one of two writers win, and tells the other what it is now", async () => {
    const made = await set(w, { name: "RACED", value: 1 });
    const write = (value: number) =>
      call<Problem & Variable>("PATCH", `/v1/variables/${made.id}`, {
        token: w.token,
        body: { value },
        headers: { "if-match": '"1"' },
      });
    const answers = await Promise.all([write(2), write(3)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const now = await expectCall<Variable>(200, "GET", `/v1/variables/${made.id}`, { token: w.token });
    const lost = answers.find(({ status }) => status === 409);
    expect(lost?.body.errors).toEqual([{ path: "value", message: `is now ${now.value}` }]);
    expect(now.version).toBe(2);
  });

  it("keeps its type unless another one is named, and changes nothing when it is so already", async () => {
    const made = await set(w, { name: "TYPED", value: "1" });
    const path = `/v1/variables/${made.id}`;
    const same = await expectCall<VariableChange>(200, "PATCH", path, {
      token: w.token,
      body: { value: "1" },
    });
    expect(same).toMatchObject({ version: 1, receipt: { changes: [], undo: null } });
    const number = await expectCall<VariableChange>(200, "PATCH", path, {
      token: w.token,
      body: { value: 1 },
    });
    expect(number).toMatchObject({ type: "number", value: 1, version: 2 });
    expect(number.receipt.changes.map(({ path: changed }) => changed)).toEqual([
      "variable.type",
      "variable.value",
    ]);
    const refused = await call<Problem>("PATCH", path, { token: w.token, body: { type: "string" } });
    expect(refused.status).toBe(400);
  });

  it("is read by viewers and changed by operators", async () => {
    const made = await set(w, { name: "GUARDED", value: 1 });
    const [viewer, operator] = [await member(w, "viewer"), await member(w, "operator")];
    const path = `/v1/variables/${made.id}`;
    await expectCall(200, "GET", path, { token: viewer.token });
    await expectCall(403, "PATCH", path, { token: viewer.token, body: { value: 2 } });
    await expectCall(200, "PATCH", path, { token: operator.token, body: { value: 2 } });
    await expectCall(200, "DELETE", path, { token: operator.token });
    await expectCall(404, "GET", path, { token: viewer.token });
  });
});
