/**
 * 100 users at once, each with a session of its own, on the API of an organization with many agents, configs and
 * audit events. Beside it, in the same Worker and run: a bare hono route with one D1 select, measured right before
 * each route.
 *   node test/bench/api.ts [--agents 10000] [--configs 1000] [--audit 100000] [--users 100] [--seconds 4] [--json]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../../scripts/runtime/paths.ts";
import { openRuntime } from "../../scripts/runtime/runtime.ts";
import { signUpTenant } from "../harness/tenant.ts";
import {
  countedPath,
  floorPath,
  type SeedAudit,
  type SeedPeople,
  seedAuditPath,
  seedPeoplePath,
  storeCallsHeader,
} from "./api-seed.ts";
import { LoadFleet } from "./load-fleet.ts";
import { processorMs } from "./process-usage.ts";
import { report, timed } from "./result.ts";
import { type Ask, latencies, quantile } from "./users.ts";

const { values } = parseArgs({
  options: {
    agents: { type: "string", default: "10000" },
    configs: { type: "string", default: "1000" },
    audit: { type: "string", default: "100000" },
    users: { type: "string", default: "100" },
    seconds: { type: "string", default: "4" },
    json: { type: "boolean", default: false },
  },
});
const users = Number(values.users);
if (Number(values.configs) < users) throw new Error("each user needs a config: raise --configs");
const agentsOfFleet = 1_000;
const auditAtOnce = 10_000;
const creationsAtOnce = 20;

const stateDir = mkdtempSync(join(tmpdir(), "muster-bench-"));
const runtime = await openRuntime({
  stateDir,
  cronIntervalMs: 0,
  assets: false,
  vars: { DEFAULT_PLAN: "enterprise" },
  musterEntry: join(root, "test/bench/worker/api-muster.ts"),
});
const { workerdPid: pid } = runtime;
if (pid === null) throw new Error("the runtime's workerd was not found under /proc");
const workerdPid = pid;
try {
  await run();
} finally {
  await runtime.stop();
  rmSync(stateDir, { recursive: true, force: true });
}

async function seed<T extends SeedPeople | SeedAudit>(path: string, body: T): Promise<Response> {
  const answer = await fetch(`${runtime.url}${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}

async function run(): Promise<void> {
  const tenant = await signUpTenant(runtime);
  const { organization, project } = tenant;
  const print = (metric: string, value: number, floor: number | null, unit: string) =>
    report({ bench: "api", n: users, metric, value, floor, unit }, values.json);

  const [tokens, peopleMs] = await timed(
    async () => (await (await seed(seedPeoplePath, { organization, count: users })).json()) as string[],
  );
  const [configs, configsMs] = await timed(() => createConfigs(Number(values.configs)));
  const [fleets, agentsMs] = await timed(() => enrol(Number(values.agents)));
  const [, auditMs] = await timed(() => writeAudit(Number(values.audit)));
  print("seeding", (peopleMs + configsMs + agentsMs + auditMs) / 1000, null, "s");

  const { items } = await tenant.call<{ items: { id: string }[] }>("GET", `/v1/fleets/${fleets[0]}/agents`);
  const agents = items.map(({ id }) => id);
  const of = (all: readonly string[], at: number): string => all[Math.abs(at) % all.length] ?? "";
  const get = (path: string): Ask => ({ method: "GET", path });
  const routes: Record<string, (user: number, nth: number) => Ask> = {
    get_config: (user, nth) => get(`/v1/configs/${of(configs, user * 7 + nth)}`),
    list_configs: () => get(`/v1/projects/${project}/configs`),
    get_fleet: (user) => get(`/v1/fleets/${of(fleets, user)}`),
    get_agent: (user, nth) => get(`/v1/agents/${of(agents, user + nth)}`),
    list_agents: (user) => get(`/v1/fleets/${of(fleets, user)}/agents`),
    list_audit_events: () => get(`/v1/orgs/${organization}/audit-events`),
    list_members: () => get(`/v1/orgs/${organization}/members`),
    create_config: (user, nth) => ({
      method: "POST",
      path: `/v1/projects/${project}/configs`,
      body: { name: `made-${user}-${nth}`, kind: "file", content: `round: ${nth}\n` },
    }),
    // Of a config of the user's own: two who write the same one at once is another matter.
    create_config_version: (user, nth) => ({
      method: "POST",
      path: `/v1/configs/${of(configs, user)}/versions`,
      body: { content: `round: ${nth} of ${user}\n` },
    }),
  };
  const forMs = Number(values.seconds) * 1000;
  const floorAsk = (user: number, nth: number): Ask => get(`${floorPath}/${of(configs, user * 7 + nth)}`);
  const nobody = tokens.map(() => "");
  await measure(floorAsk, nobody, forMs / 2);
  for (const [name, ask] of Object.entries(routes)) {
    print(`${name}_store_calls`, await storeCalls(ask, tokens[0] ?? ""), 1, "calls");
    const floor = await measure(floorAsk, nobody, forMs / 2);
    const ours = await measure(ask, tokens, forMs);
    print(`${name}_p50`, quantile(ours.took, 0.5), quantile(floor.took, 0.5), "ms");
    print(`${name}_p99`, quantile(ours.took, 0.99), quantile(floor.took, 0.99), "ms");
    print(`${name}_processor_time`, ours.processorMs, floor.processorMs, "ms");
  }

  async function measure(ask: (user: number, nth: number) => Ask, bearers: readonly string[], ms: number) {
    const before = processorMs(workerdPid);
    const took = await latencies({ url: runtime.url, tokens: bearers, forMs: ms, ask });
    return { took, processorMs: (processorMs(workerdPid) - before) / took.length };
  }

  /** Of a second request: the first of a Worker may ask for more. */
  async function storeCalls(ask: (user: number, nth: number) => Ask, token: string): Promise<number> {
    let calls = 0;
    for (const nth of [-1, -2]) {
      const { method, path, body } = ask(0, nth);
      const answer = await fetch(`${runtime.url}${countedPath}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
      await answer.arrayBuffer();
      calls = Number(answer.headers.get(storeCallsHeader));
    }
    return calls;
  }

  async function createConfigs(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let at = 0; at < count; at += creationsAtOnce) {
      const names = Array.from({ length: Math.min(creationsAtOnce, count - at) }, (_, index) => at + index);
      ids.push(
        ...(await Promise.all(names.map((n) => tenant.createConfig(`settings-${n}`, `number: ${n}\n`)))),
      );
    }
    return ids;
  }

  /** Real enrolments over real sockets, a fleet at a time; then the sockets are closed. */
  async function enrol(count: number): Promise<string[]> {
    const made: string[] = [];
    for (let at = 0; at < count; at += agentsOfFleet) {
      const size = Math.min(agentsOfFleet, count - at);
      const fleet = await tenant.call<{ id: string }>("POST", `/v1/projects/${project}/fleets`, {
        name: `Fleet ${made.length}`,
      });
      const { secret } = await tenant.call<{ secret: string }>(
        "POST",
        `/v1/fleets/${fleet.id}/enrollment-tokens`,
        { name: "load", maxUses: size },
      );
      const load = await LoadFleet.connect({
        url: `${runtime.url.replace("http", "ws")}/v1/opamp`,
        count: size,
        token: secret,
      });
      await load.introduce(60_000);
      await load.close();
      made.push(fleet.id);
    }
    return made;
  }

  async function writeAudit(count: number): Promise<void> {
    for (let from = 0; from < count; from += auditAtOnce) {
      await seed(seedAuditPath, { organization, from, count: Math.min(auditAtOnce, count - from) });
    }
  }
}
