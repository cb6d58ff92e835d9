import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { operationNamed, operations } from "./testing/contract.ts";
import { exportedRollout } from "./testing/exported.ts";
import { lines } from "./testing/lines.ts";
import { startWorld, type World } from "./testing/world.ts";

const link = "it begins with a mailed link, which opens the dashboard";
const browser = "only a browser can do it";
const page = "the dashboard's page to approve a device, which a person signed in there decides on";

const terminal = "muster exec, in test/hosts/exec.hosts.test.ts";
const one = "muster agents restart web-1, in agent-orders.test.ts";
const offline = "muster pipelines does it without a server, in pipelines.test.ts";

/** Operations that no command line of `lines` calls, and why. */
const reasons: Record<string, string> = {
  "POST /v1/agents/{agent}/restart": one,
  "POST /v1/auth/sign-up": link,
  "POST /v1/auth/sign-up-invited": link,
  "POST /v1/auth/email-verification": link,
  "POST /v1/auth/email-change/complete": link,
  "POST /v1/auth/password-reset": link,
  "POST /v1/auth/password-reset/complete": link,
  "POST /v1/auth/passkeys": browser,
  "POST /v1/auth/passkeys/options": browser,
  "POST /v1/auth/confirm/options": browser,
  "POST /v1/me/passkeys": browser,
  "POST /v1/me/passkeys/options": browser,
  "POST /v1/auth/sso/discover": browser,
  "POST /v1/auth/sso/start": browser,
  "GET /v1/auth/sso/callback": browser,
  "POST /v1/auth/device/find": page,
  "POST /v1/auth/device/decide": page,
  "POST /v1/auth/device": "muster login, in device.test.ts",
  "POST /v1/auth/device/token": "muster login, in device.test.ts",
  "POST /v1/auth/sign-in": "muster login, in sign-in.test.ts",
  "POST /v1/auth/second-factor": "muster login, in sign-in.test.ts",
  "POST /v1/auth/sign-out": "muster logout, in sign-in.test.ts",
  "POST /v1/auth/refresh": "every command, in session.test.ts",
  "POST /v1/auth/confirm": "muster account confirm, in account.test.ts",
  "POST /v1/me/password": "muster account password, in account.test.ts",
  "POST /v1/orgs/{org}/export": "muster orgs export, in audit.test.ts",
  "GET /v1/orgs/{org}/audit-events/export": "muster audit export, in audit.test.ts",
  "GET /v1/orgs/{org}/audit-events/live": "muster audit follow, in audit.test.ts",
  "GET /v1/fleets/{fleet}/live": "muster events -f and agents list --watch, in live-feed.test.ts",
  "POST /v1/agents/{agent}/exec": terminal,
  "POST /v1/agents/{agent}/logs/tail": "muster logs, in test/e2e/logs.e2e.test.ts",
  "POST /v1/exec-sessions/{stream}/open": terminal,
  "POST /v1/streams/{stream}/tickets": terminal,
  "GET /v1/exec-sessions/{stream}/recording": "muster exec-sessions replay, in test/hosts/exec.hosts.test.ts",
  "POST /v1/pipelines/compile": offline,
  "POST /v1/pipelines/parse": offline,
  "GET /docs/api": "a page for browsers",
  "GET /v1/opamp": "agents speak it",
  "POST /v1/opamp": "agents speak it",
  "GET /v1/projects/{project}": "muster projects get finds it in the list, which says the same",
  "GET /v1/environments/{environment}": "muster environments get finds it in the list, which says the same",
};

let world: World;
const called = new Set<string>();

beforeAll(async () => {
  world = await startWorld();
  await writeFile(join(world.home, "config.txt"), "hello\n");
  await writeFile(join(world.home, "rollout.json"), JSON.stringify(exportedRollout()));
  await writeFile(join(world.home, "role.yaml"), "name: a\nstatements: [{ permissions: [config.read] }]\n");
  const direct = [
    ["teams", "get", "tea_01JD0000000000000000000000"],
    ["roles", "get", "rle_01JD0000000000000000000000"],
    ["service-accounts", "get", "sva_01JD0000000000000000000000"],
    ["keys", "get", "key_01JD0000000000000000000000"],
    ["sso", "get", "sso_01JD0000000000000000000000"],
    ["members", "get", "usr_01JD0000000000000000000000"],
    ["configs", "get", "cfg_01JD0000000000000000000000"],
    ["releases", "get", "rel_01JD0000000000000000000000"],
    ["members", "permissions"],
    ["variables", "get", "var_01JD0000000000000000000000"],
    ["variables", "set", "PORT", "8080", "--selector", "region=eu"],
    ["variables", "list", "--agent", "web-1"],
    ["metrics"],
  ];
  for (const argv of [...Object.values(lines), ...direct]) {
    await world.muster(argv, { env: { EDITOR: "printf 'changed\\n' >" } });
  }
  for (const { method, path } of world.server.seen)
    called.add(operationNamed(method, path) ?? `${method} ${path}`);
}, 60_000);
afterAll(() => world.server.close());

it("every operation of the API has a command, or a reason why not", () => {
  const uncovered = [...operations.keys()].filter((name) => !called.has(name) && !(name in reasons));
  expect(uncovered).toEqual([]);
});

it("no reason is given for what is not there, or for what a command does call", () => {
  expect(Object.keys(reasons).filter((name) => !operations.has(name) || called.has(name))).toEqual([]);
});
