import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { freePort } from "../../agent/testing/greeter-agent.ts";
import { isTerminal } from "../../domain/rollouts/states.ts";
import type { Agent } from "../../protocol/api/agents.ts";
import type { Rollout, rolloutAgent, StartRolloutBody } from "../../protocol/api/rollouts.ts";
import { type AgentProcess, startAgentProcess } from "../harness/agent-process.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { signUpTenant, type Tenant } from "../harness/tenant.ts";
import { until } from "../harness/until.ts";

type AgentView = z.infer<typeof rolloutAgent>;

const example = (path: string) => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));

let runtime: RunningRuntime;

beforeAll(async () => {
  runtime = await startRuntime();
});

afterAll(async () => {
  await runtime?.stop();
});

/** Three programs, each kept by an agent of its own, in a fleet of their own. */
class ProgramFleet {
  readonly tenant: Tenant;
  readonly ports: number[] = [];
  readonly #agents: AgentProcess[] = [];
  readonly #file: string;

  constructor(tenant: Tenant, file: string) {
    this.tenant = tenant;
    this.#file = file;
  }

  static async start(
    file: string,
    agent: (port: number) => { config: string; args?: string[]; env: Record<string, string> },
  ): Promise<ProgramFleet> {
    const fleet = new ProgramFleet(await signUpTenant(runtime), file);
    const token = await fleet.tenant.enrollmentToken(3);
    for (const name of ["one", "two", "three"]) {
      const port = await freePort();
      fleet.ports.push(port);
      fleet.#agents.push(startAgentProcess({ url: runtime.url, token, name, ...agent(port) }));
    }
    await until("three agents are online", async () => {
      const agents = await fleet.agents();
      return agents.filter((one) => one.status === "online").length === 3;
    });
    return fleet;
  }

  async agents(): Promise<Agent[]> {
    const { fleet, call } = this.tenant;
    return (await call<{ items: Agent[] }>("GET", `/v1/fleets/${fleet}/agents`)).items;
  }

  /** Rolls the file out and waits for the end. */
  async rollOut(config: string, content: string, plan: Partial<StartRolloutBody>): Promise<Rollout> {
    const { call, fleet } = this.tenant;
    const version = await call<{ number: number }>("POST", `/v1/configs/${config}/versions`, { content });
    const started = await call<{ rollout: Rollout }>("POST", `/v1/fleets/${fleet}/rollouts`, {
      assignments: [{ config, version: version.number, fileName: this.#file }],
      ...plan,
    });
    return until(
      "the rollout has ended",
      async () => {
        const rollout = await this.tenant.rollout(started.rollout.id);
        return isTerminal(rollout.state) ? rollout : null;
      },
      300_000,
    );
  }

  async agentsOf(rollout: Rollout): Promise<AgentView[]> {
    return (await this.tenant.call<{ items: AgentView[] }>("GET", `/v1/rollouts/${rollout.id}/agents`)).items;
  }

  /** The config file as it stands on each agent's disk. */
  files(): (string | null)[] {
    return this.#agents.map((agent) => agent.file(this.#file));
  }

  logs(): string {
    return this.#agents.map((agent) => `--- ${agent.name}\n${agent.log()}`).join("\n");
  }

  async stop(): Promise<void> {
    await Promise.all(this.#agents.map((agent) => agent.stop()));
  }
}

/** Nobody but the canary was touched, and every agent runs what it ran before. */
async function expectOnlyCanary(fleet: ProgramFleet, rollout: Rollout, good: string): Promise<void> {
  expect(rollout.state, fleet.logs()).toBe("rolled_back");
  const agents = await fleet.agentsOf(rollout);
  expect(agents.map(({ wave, state }) => [wave, state])).toEqual([
    [1, "reverted"],
    [2, "waiting"],
    [2, "waiting"],
  ]);
  expect(fleet.files()).toEqual([good, good, good]);
  const canary = agents[0];
  const events = await fleet.tenant.call<{ items: { type: string; agentId: string | null }[] }>(
    "GET",
    `/v1/fleets/${fleet.tenant.fleet}/events?limit=200&type=agent.config_offered`,
  );
  const perAgent = Map.groupBy(events.items, (event) => event.agentId);
  for (const { agentId } of agents) {
    // The good config once, and to the canary the bad one and, unless it went back by itself, the way back.
    if (agentId !== canary?.agentId) expect(perAgent.get(agentId)).toHaveLength(1);
  }
}

const canary = {
  strategy: { kind: "canary", steps: [{ agents: 1 }], promotion: "automatic" },
  // Long enough for the agent's probe to find out what the reload did not.
  gates: { soakSeconds: 20, applyTimeoutSeconds: 20 },
} satisfies Partial<StartRolloutBody>;

describe("Prometheus", () => {
  let fleet: ProgramFleet;
  beforeAll(async () => {
    fleet = await ProgramFleet.start("prometheus.yml", (port) => ({
      config: example("prometheus/agent.yaml"),
      env: {
        PROMETHEUS_PORT: String(port),
        PROMETHEUS_DATA: mkdtempSync(join(tmpdir(), "muster-prometheus-")),
      },
    }));
  });
  afterAll(() => fleet?.stop());

  const scraping = (port: number | undefined, more = "") => `global:
  scrape_interval: 1s
scrape_configs:
  - job_name: first
    static_configs:
      - targets: ["127.0.0.1:${port}"]
${more}`;

  test("a config that passes promtool and then scrapes nothing stays with one canary, which goes back", async () => {
    const good = scraping(fleet.ports[0]);
    const config = await fleet.tenant.createConfig("prometheus", good);
    const first = await fleet.rollOut(config, `${good}# first\n`, { gates: { soakSeconds: 1 } });
    expect(first.state, fleet.logs()).toBe("succeeded");
    // Valid by every check, but whatever it should scrape is dropped before it is scraped.
    const bad = scraping(
      fleet.ports[0],
      "    relabel_configs:\n      - source_labels: [__address__]\n        action: drop\n        regex: .*\n",
    );
    await expectOnlyCanary(fleet, await fleet.rollOut(config, bad, canary), `${good}# first\n`);
    const answers = await Promise.all(
      fleet.ports.map(async (port) => {
        const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=max(up)`);
        return ((await answer.json()) as { data: { result: { value: [number, string] }[] } }).data.result[0]
          ?.value[1];
      }),
    );
    expect(answers).toEqual(["1", "1", "1"]);
  });
});

describe("HAProxy", () => {
  let fleet: ProgramFleet;
  let stopVisits: () => void;
  const visits = { good: 0, bad: 0 };

  beforeAll(async () => {
    fleet = await ProgramFleet.start("haproxy.cfg", (port) => ({
      config: example("haproxy/agent.yaml"),
      args: ["--metrics-url", `http://127.0.0.1:${port}/metrics`],
      env: { HAPROXY_PORT: String(port) },
    }));
    stopVisits = visitAll(fleet.ports, visits);
  });
  afterAll(async () => {
    stopVisits?.();
    await fleet?.stop();
  });

  const answering = (status: number, text: string) => `global
    maxconn 256
defaults
    mode http
    timeout connect 2s
    timeout client 10s
    timeout server 10s
frontend web
    bind "127.0.0.1:\${HAPROXY_PORT}"
    http-request use-service prometheus-exporter if { path /metrics }
    http-request return status ${status} content-type text/plain string "${text}"
`;

  test("a config that passes the check and answers errors is told by the proxy's own numbers, at one canary", async () => {
    const good = answering(200, "hello");
    const config = await fleet.tenant.createConfig("proxy", good);
    const first = await fleet.rollOut(config, `${good}# first\n`, { gates: { soakSeconds: 1 } });
    expect(first.state, fleet.logs()).toBe("succeeded");
    await until("every proxy has answered", () => visits.good > 10);
    const badBefore = visits.bad;
    const rollout = await fleet.rollOut(config, answering(503, "sorry"), {
      ...canary,
      gates: {
        soakSeconds: 30,
        metrics: [
          {
            metric: 'haproxy_frontend_http_responses_total{code="5xx"}',
            as: "rate",
            compare: { worse: "higher", byPercent: 50, atLeast: 0.2 },
            minSamples: 2,
          },
        ],
      },
    });
    await expectOnlyCanary(fleet, rollout, `${good}# first\n`);
    expect(visits.bad).toBeGreaterThan(badBefore);
    expect(rollout.reason).toContain("haproxy_frontend_http_responses_total");
    await until("all answer well again", async () => {
      const answers = await Promise.all(fleet.ports.map((one) => statusOf(one)));
      return answers.every((status) => status === 200);
    });
  });
});

async function statusOf(port: number): Promise<number | null> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } });
    await answer.text();
    return answer.status;
  } catch {
    return null;
  }
}

/** A visitor at each port a few times a second, until told to stop. */
function visitAll(ports: readonly number[], visits: { good: number; bad: number }): () => void {
  const timer = setInterval(() => {
    for (const port of ports) {
      void statusOf(port).then((status) => {
        if (status === 200) visits.good++;
        else if (status !== null) visits.bad++;
      });
    }
  }, 200);
  return () => clearInterval(timer);
}
