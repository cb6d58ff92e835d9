/** People, roles, keys, audit and sign-in by device from the command line, against the real runtime. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signUpByMail } from "../../scripts/demo/sign-up.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { until } from "../harness/until.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

const email = "ada@example.com";
const password = "correct horse battery";

let runtime: RunningRuntime;
let terminal: Terminal;
const muster: Terminal["muster"] = (...given) => terminal.muster(...given);
const json: Terminal["json"] = (...given) => terminal.json(...given);

beforeAll(async () => {
  terminal = await openTerminal();
  runtime = await startRuntime();
  await signUpByMail(runtime, { email, password, organizationName: "Acme" });
  const argv = ["login", "--url", runtime.url, "--email", email, "--password-stdin"];
  expect(await muster(argv, { stdin: `${password}\n` })).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await terminal?.close();
  await runtime?.stop();
});

it("doctor finds all in order", async () => {
  const { checks } = await json(["doctor"]);
  expect(checks.filter(({ verdict }: { verdict: string }) => verdict === "fail")).toEqual([]);
});

it("a role of one's own is bound within a scope, and what it gives and denies is explained", async () => {
  await writeFile(
    join(terminal.home, "role.yaml"),
    "name: deployer\nstatements:\n  - permissions: [rollout.write]\n  - { effect: deny, permissions: [config.write] }\n",
  );
  await json(["roles", "create", "-f", "role.yaml"]);
  await json(["teams", "create", "Payments"]);
  await json(["teams", "add", "payments", email]);
  expect((await json(["teams", "members", "payments"])).items).toMatchObject([{ email }]);
  await json(["service-accounts", "create", "robot", "--role", "operator"]);
  const subject = "service-account:robot";
  const { slug } = (await json(["projects", "list"])).items[0];
  const place = `project:${slug}`;
  const argv = ["bindings", "create", "--subject", subject, "--role", "deployer", "--scope", place];
  const bound = await json(argv);
  const explain = async (...at: string[]) =>
    (await json(["access", "explain", subject, "config.write", ...at])).verdict;
  expect(await explain("--at", place)).toBe("deny");
  expect(await explain()).toBe("allow");
  // The way back that the receipt names is one that works.
  const { undo } = bound.receipt;
  expect(undo.command).toMatch(/^muster bindings delete bnd_/);
  expect((await muster([...undo.command.split(" ").slice(1), "--yes"])).code).toBe(0);
  expect(await explain("--at", place)).toBe("allow");
  expect((await muster(["roles", "delete", "deployer", "--yes"])).code).toBe(0);
});

it("a key of a service account does what its role lets it, and rotates with an overlap", async () => {
  await json(["service-accounts", "create", "ci", "--role", "viewer"]);
  const made = await json(["keys", "create", "ci-1", "--service-account", "ci", "--role", "viewer"]);
  const as = (secret: string) => ({ env: { MUSTER_API_KEY: secret } });
  expect((await json(["whoami"], as(made.secret))).actor).toMatchObject({ kind: "api_key" });
  expect((await muster(["projects", "create", "shop"], as(made.secret))).code).toBe(3);
  const next = await json(["keys", "rotate", made.id, "--overlap", "1h"]);
  expect(next.replaces).toBe(made.id);
  expect((await muster(["whoami"], as(next.secret))).code).toBe(0);
  expect((await muster(["whoami"], as(made.secret))).code).toBe(0);
  expect((await muster(["keys", "revoke", made.id, "--yes"])).code).toBe(0);
  expect((await muster(["whoami"], as(made.secret))).code).toBe(3);
});

it("an invitation goes out once and is taken back", async () => {
  await json(["invitations", "create", "grace@example.com", "--role", "operator"]);
  expect((await muster(["invitations", "create", email])).code).toBe(5);
  expect((await muster(["invitations", "revoke", "grace@example.com", "--yes"])).code).toBe(0);
  expect((await json(["invitations", "list", "--status", "open"])).items).toEqual([]);
});

it("the audit log verifies at the server, and its export without it; a changed line is found", async () => {
  const { items } = await json(["audit", "--action", "team.*"]);
  expect(items[0].actorName).not.toBe("");
  const found = await json(["audit", "verify"]);
  expect(found).toMatchObject({ valid: true, complete: true });
  expect((await muster(["audit", "export", "-o", "audit.ndjson"])).code).toBe(0);
  const offline = await json(["audit", "verify", "--file", "audit.ndjson"]);
  expect(offline.checked).toBeGreaterThanOrEqual(found.checked);
  const file = join(terminal.home, "audit.ndjson");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace('"summary":"', '"summary":"not '));
  expect((await muster(["audit", "verify", "--file", "audit.ndjson"])).code).toBe(1);
});

it("follows the audit log while somebody works", async () => {
  const child = terminal.start(["audit", "follow", "--json"]);
  let seen = "";
  child.stdout?.on("data", (chunk) => {
    seen += String(chunk);
  });
  let n = 0;
  await until("an event of the stream", async () => {
    await json(["teams", "create", `Followed ${n++}`]);
    return seen.includes("Followed") ? true : null;
  });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGINT");
  expect(await gone).toBe(130);
});

it("shows quotas and sessions", async () => {
  expect((await json(["quotas"])).quotas.length).toBeGreaterThan(5);
  const { items } = await json(["account", "sessions"]);
  expect(items.filter(({ current }: { current: boolean }) => current)).toHaveLength(1);
});

it("signs in by device once a person approves the code, in a context of its own", async () => {
  const child = terminal.start(["login", "--device", "--context", "device", "--url", runtime.url]);
  let told = "";
  child.stderr?.on("data", (chunk) => {
    told += String(chunk);
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const userCode = await until("the code", () => /[B-Z]{4}-[B-Z]{4}/.exec(told)?.[0]);
  const body = JSON.stringify({ userCode, decision: "approve" });
  await json([
    "--context",
    new URL(runtime.url).host.replace(":", "-"),
    "api",
    "POST",
    "/v1/auth/device/decide",
    "--body",
    body,
  ]);
  expect(await ended).toBe(0);
  expect(await json(["whoami", "--context", "device"])).toMatchObject({ actor: { user: { email } } });
  const { items } = await json(["contexts"]);
  expect(items).toHaveLength(2);
});
