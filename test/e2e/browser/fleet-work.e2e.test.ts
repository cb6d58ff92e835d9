/** What an operator does to running agents, in a real browser: two real agents, each keeping a stand-in collector. */
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from "vitest";
import { stringify } from "yaml";
import { freePort } from "../../../agent/testing/greeter-agent.ts";
import { PackageServer, signatureOf, testKey } from "../../../agent/testing/packages.ts";
import { temporaryFolder } from "../../../agent/testing/temporary-folder.ts";
import type { Agent, AgentDetail } from "../../../protocol/api/agents.ts";
import type { FleetComponents } from "../../../protocol/api/collector.ts";
import type { Fleet } from "../../../protocol/api/fleets.ts";
import type { Rollout } from "../../../protocol/api/rollouts.ts";
import { buildDashboard } from "../../../scripts/dashboard.ts";
import { type AgentProcess, startAgentProcess } from "../../harness/agent-process.ts";
import { until } from "../../harness/until.ts";
import {
  launchBrowser,
  seriousViolations,
  sidewaysOverflow,
  switchColours,
  type TestBrowser,
} from "./browser.ts";
import { type Owned, signIn, startWithOwner } from "./two-people.ts";

const desktop = { width: 1280, height: 1_000 };
const phone = { width: 360, height: 740 };
const fileOf = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const names = ["collector-1", "collector-2"];

let world: Owned;
let chromium: TestBrowser;
let page: Page;
let files: PackageServer;
const agents: AgentProcess[] = [];
const healthPorts: number[] = [];
let ids: string[] = [];

/** A collector as a file: what is in it tells how it differs from others. */
const collectorSource = (settings: string) =>
  `#!/bin/sh\n${settings} exec '${process.execPath}' '${fileOf("agent/testing/stand-in-collector.mjs")}' "$@"\n`;
const agentSource = (version: string) =>
  `#!/bin/sh\nexec '${process.execPath}' --import 'data:text/javascript,globalThis.musterAgentVersion="${version}"' '${fileOf("agent/main.ts")}' "$@"\n`;
const config = `receivers:
  otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}
exporters:
  debug: {verbosity: basic}
service:
  pipelines:
    traces: {receivers: [otlp], exporters: [debug]}
`;

async function startCollectorAgent(name: string, token: string): Promise<void> {
  const folder = temporaryFolder();
  const command = join(folder, "bin", "otelcol");
  mkdirSync(join(folder, "bin"));
  writeFileSync(command, collectorSource("STAND_IN_VERSION=0.150.0"));
  chmodSync(command, 0o755);
  const port = await freePort();
  const settings = join(folder, "agent.yaml");
  writeFileSync(
    settings,
    stringify({
      type: "otelcol",
      hostMetrics: false,
      upgrade: { agent: true, program: true, keys: [testKey], probationSeconds: 60 },
      supervise: { driver: "collector", command, address: `127.0.0.1:${port}` },
    }),
  );
  healthPorts.push(port);
  const args = ["--label", `host=${name}`, "--label", "role=edge, inner"];
  agents.push(startAgentProcess({ url: world.runtime.url, token, name, config: settings, args }));
}

beforeAll(async () => {
  buildDashboard();
  [world, chromium, files] = await Promise.all([startWithOwner(), launchBrowser(), PackageServer.start()]);
  const { call, fleet, project } = world;
  const { secret } = await call<{ secret: string }>("POST", `/v1/fleets/${fleet}/enrollment-tokens`, {
    maxUses: names.length,
  });
  for (const name of names) await startCollectorAgent(name, secret);
  ids = await until("both agents are online", async () => {
    const found = await call<{ items: Agent[] }>("GET", `/v1/fleets/${fleet}/agents?status=online`);
    const sorted = found.items.toSorted((a, b) => a.name.localeCompare(b.name));
    return sorted.length === names.length ? sorted.map(({ id }) => id) : null;
  });
  const made = await call<{ id: string }>("POST", `/v1/projects/${project}/configs`, {
    name: "edge",
    kind: "otel-collector",
    content: config,
  });
  const { rollout } = await call<{ rollout: Rollout }>("POST", `/v1/fleets/${fleet}/rollouts`, {
    assignments: [{ config: made.id, version: 1 }],
    gates: { soakSeconds: 0 },
  });
  await until(
    "both collectors run their config",
    async () => (await call<Rollout>("GET", `/v1/rollouts/${rollout.id}`)).state === "succeeded",
    60_000,
  );
  const context = await chromium.browser.newContext({ viewport: desktop, reducedMotion: "reduce" });
  page = await signIn(context, world.runtime.url, world.owner);
  page.setDefaultTimeout(60_000);
});
afterAll(async () => {
  await chromium?.close();
  await Promise.all(agents.map((agent) => agent.stop()));
  await files?.stop();
  await world?.stop();
});
beforeEach(() => {
  onTestFailed(async () => {
    console.error(`The page at ${page.url()} showed:\n${await page.locator("body").ariaSnapshot()}`);
    for (const agent of agents) console.error(`${agent.name}:\n${agent.log().slice(-3_000)}`);
  });
});

const main = () => page.getByRole("main");
const dialog = () => page.getByRole("dialog");
const go = (path: string) => page.goto(`${world.runtime.url}/fleets/${world.fleet}${path}`);
const detail = (at: number) => world.call<AgentDetail>("GET", `/v1/agents/${ids[at]}`);
const versionOf = async (at: number, name: string) =>
  (await detail(at)).packages.find((one) => one.name === name && one.status === "installed")?.version;

/** Since when each collector runs as it does; null = it does not. */
const upSince = () =>
  Promise.all(
    healthPorts.map(async (port) => {
      const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
      return answer === null ? null : ((await answer.json()) as { upSince: string }).upSince;
    }),
  );

async function holds(name: string): Promise<void> {
  const shots = process.env.MUSTER_SHOTS;
  for (const colours of ["dark", "light"] as const) {
    await switchColours(page, colours);
    expect(await seriousViolations(page)).toEqual([]);
    if (shots) await page.screenshot({ path: `${shots}/${name}-${colours}.png` });
  }
  await page.setViewportSize(phone);
  expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
  if (shots) await page.screenshot({ path: `${shots}/${name}-narrow.png` });
  await page.setViewportSize(desktop);
}

/** Fills the package of an upgrade, and starts it once its plan is there. */
async function upgrade(version: string, source: string, plan: string): Promise<void> {
  const body = Buffer.from(source);
  await page.getByLabel("Package version").fill(version);
  await page.getByLabel("Download address").fill(files.add(body));
  await page.getByLabel("sha256").fill(createHash("sha256").update(body).digest("hex"));
  await page.getByLabel("Signature").fill(Buffer.from(signatureOf(body)).toString("base64"));
  await page.getByLabel("Soak, seconds").fill("0");
  await main().getByText(plan).waitFor();
  await holds(`upgrade-${version}`);
  await page.getByRole("button", { name: "Start the rollout" }).click();
  await page.getByRole("heading", { name: /^Rollout of release/ }).waitFor();
  await main().getByText("Succeeded", { exact: true }).first().waitFor();
}

test("two chosen agents are labelled and restarted, each by the plan that was looked at", {
  timeout: 240_000,
}, async () => {
  await go("");
  for (const name of names) await page.getByRole("checkbox", { name: `Choose ${name}` }).check();
  const bar = page.getByRole("region", { name: "Chosen agents" });
  await bar.getByText("2 agents chosen").waitFor();
  await bar.getByRole("button", { name: "Labels" }).click();
  await dialog().getByLabel("Set or take away").fill("tier");
  await dialog().getByText('"tier" names no label').waitFor();
  await dialog().getByLabel("Set or take away").fill("tier=edge");
  await dialog().getByRole("button", { name: "See what it does" }).click();
  await dialog()
    .getByRole("row", { name: /collector-2.*tier=edge/ })
    .waitFor();
  await holds("bulk-labels");
  expect((await detail(0)).labels).not.toHaveProperty("tier");
  await dialog().getByRole("button", { name: "Change the labels" }).click();
  await dialog().waitFor({ state: "hidden" });
  const labels = { host: names[1], role: "edge, inner", tier: "edge" };
  await until("both have the label", async () => {
    const both = await Promise.all([detail(0), detail(1)]);
    return both.every((each) => each.labels.tier === "edge") ? true : null;
  });
  expect((await detail(1)).labels).toMatchObject(labels);

  const before = await upSince();
  expect(before).not.toContain(null);
  for (const name of names) await page.getByRole("checkbox", { name: `Choose ${name}` }).check();
  await bar.getByRole("button", { name: "Restart" }).click();
  await dialog().getByLabel("At the same time").fill("half");
  await dialog().getByText("write a number such as 5").waitFor();
  await dialog().getByLabel("At the same time").fill("50%");
  await dialog().getByRole("button", { name: "See what it does" }).click();
  await dialog().getByText("At most 1 at the same time.").waitFor();
  expect(await upSince()).toEqual(before);
  await dialog().getByRole("button", { name: "Restart them" }).click();
  await dialog().waitFor({ state: "hidden" });
  const restarted = await until(
    "the restart of both succeeded",
    async () => {
      const path = `/v1/fleets/${world.fleet}/restarts`;
      const { items } = await world.call<{ items: { state: string; restarted: number }[] }>("GET", path);
      return items[0]?.state === "running" ? null : items[0];
    },
    60_000,
  );
  expect(restarted).toMatchObject({ state: "succeeded", restarted: 2 });
  const after = await upSince();
  expect(after.map((since, at) => since !== null && since !== before[at])).toEqual([true, true]);
});

test("a collector is upgraded from its agent's page, and tells of its version and components", {
  timeout: 240_000,
}, async () => {
  await go(`/agents/${ids[0]}`);
  await main().getByRole("link", { name: "Upgrade otelcol" }).click();
  await page.getByRole("heading", { name: /^Upgrade / }).waitFor();
  expect(await page.getByLabel("For agents (label selector)").inputValue()).toContain('role="edge, inner"');
  await upgrade(
    "0.151.0",
    collectorSource("STAND_IN_VERSION=0.151.0 STAND_IN_RECEIVERS=filelog"),
    "1 agent in 1 wave.",
  );
  await go(`/agents/${ids[0]}`);
  const row = main()
    .getByRole("region", { name: "Packages" })
    .getByRole("row", { name: /^otelcol installed 0\.151\.0/ });
  await row.waitFor();
  const components = await until("the new components", async () => {
    const found = await world.call<FleetComponents>("GET", `/v1/fleets/${world.fleet}/components`);
    return found.components.some(({ type }) => type === "filelog") ? found : null;
  });
  expect(components.components).toContainEqual({ role: "receiver", type: "filelog", agents: 1 });
  expect(components.versions).toContainEqual({ version: "0.151.0", agents: 1 });
  expect(components.versions).toContainEqual({ version: "0.150.0", agents: 1 });
  expect(await upSince()).not.toContain(null);
});

test("the agents themselves are upgraded from their fleet's page, with what they run", {
  timeout: 240_000,
}, async () => {
  await go("");
  await main().getByRole("link", { name: "Upgrade agents" }).click();
  await page.getByRole("heading", { name: /^Upgrade / }).waitFor();
  await upgrade("9.1.0", agentSource("9.1.0"), "2 agents in 2 waves.");
  await until("both run the new agent", async () => {
    const versions = await Promise.all([0, 1].map((at) => versionOf(at, "muster-agent")));
    return versions.every((version) => version === "9.1.0") ? true : null;
  });
  expect(await versionOf(0, "otelcol")).toBe("0.151.0");
  expect(await upSince()).not.toContain(null);
});

test("who is away is told of after what was chosen, and an agent is let go with what it runs", {
  timeout: 240_000,
}, async () => {
  await go("/events");
  const away = page.getByLabel("Tell of agents that are away");
  await away.selectOption("after 5 min");
  await until("the fleet has it", async () => {
    const { offlineAfterSeconds } = await world.call<Fleet>("GET", `/v1/fleets/${world.fleet}`);
    return offlineAfterSeconds === 300 ? true : null;
  });
  await page.reload();
  await away.waitFor();
  expect(await away.inputValue()).toBe("300");

  await go(`/agents/${ids[1]}`);
  await main().getByRole("button", { name: "Decommission" }).click();
  const order = dialog().getByRole("button", { name: "Decommission the agent" });
  await order.waitFor();
  expect(await order.isEnabled()).toBe(false);
  await dialog().getByLabel("Reason").fill("machine sold");
  expect(await dialog().getByLabel("What it runs goes on").isChecked()).toBe(true);
  await dialog().getByLabel("What it runs goes on").uncheck();
  await holds("decommission");
  await order.click();
  await dialog().waitFor({ state: "hidden" });
  await main().getByText("Decommissioned", { exact: true }).first().waitFor();
  await main().getByText("machine sold, said Ada").waitFor();
  await until("its collector ended", async () => ((await upSince())[1] === null ? true : null), 30_000);
  expect((await upSince())[0]).not.toBeNull();
  await main().getByRole("button", { name: "Decommission" }).waitFor({ state: "detached" });
});
