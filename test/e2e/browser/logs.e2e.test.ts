/** Logs in a real browser: an agent's files followed, paused and searched, and what its fleet keeps of them. */
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import { temporaryFolder } from "../../../agent/testing/temporary-folder.ts";
import type { KeptLogs } from "../../../protocol/api/logs.ts";
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

const desktop = { width: 1280, height: 860 };
const phone = { width: 360, height: 740 };
const folder = temporaryFolder();
const logFile = join(folder, "app.log");

let world: Owned;
let chromium: TestBrowser;
let page: Page;
let agent: AgentProcess;
let agentId: string;

const main = () => page.getByRole("main");
const button = (name: string) => main().getByRole("button", { name, exact: true });
const lines = () => main().getByRole("region", { name: "Log lines" }).first();
const shows = (text: string) => lines().getByText(text, { exact: true }).waitFor();

async function holds(name: string): Promise<void> {
  const shots = process.env.MUSTER_SHOTS;
  for (const colours of ["light", "dark"] as const) {
    await switchColours(page, colours);
    expect(await seriousViolations(page)).toEqual([]);
    if (shots) await page.screenshot({ path: `${shots}/${name}-${colours}.png`, fullPage: true });
  }
  await page.setViewportSize(phone);
  expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
  if (shots) await page.screenshot({ path: `${shots}/${name}-narrow.png`, fullPage: true });
  await page.setViewportSize(desktop);
}

beforeAll(async () => {
  buildDashboard();
  [world, chromium] = await Promise.all([startWithOwner(), launchBrowser()]);
  const { secret } = await world.call<{ secret: string }>(
    "POST",
    `/v1/fleets/${world.fleet}/enrollment-tokens`,
    {},
  );
  const past = Array.from({ length: 2_000 }, (_, i) => `line ${i}\n`).join("");
  writeFileSync(logFile, `${past}ERROR cannot bind\n`);
  const config = join(folder, "agent.yaml");
  writeFileSync(config, `logs: {files: ["${folder}/*.log"]}\n`);
  agent = startAgentProcess({ url: world.runtime.url, token: secret, name: "web-1", config });
  agentId = await until("the agent is online", async () => {
    const path = `/v1/fleets/${world.fleet}/agents?status=online`;
    return (await world.call<{ items: { id: string }[] }>("GET", path)).items[0]?.id ?? null;
  });
  const context = await chromium.browser.newContext({ viewport: desktop, reducedMotion: "reduce" });
  page = await signIn(context, world.runtime.url, world.owner);
  page.setDefaultTimeout(60_000);
});
afterAll(async () => {
  await agent?.stop();
  await chromium?.close();
  await world?.stop();
});

function tellWhenItFails(): void {
  onTestFailed(async () => {
    console.error(`The page at ${page.url()} showed:\n${await page.locator("body").ariaSnapshot()}`);
    console.error(`The agent:\n${agent.log().slice(-3000)}`);
  });
}

test("an agent's file is followed, paused and searched", { timeout: 300_000 }, async () => {
  tellWhenItFails();
  await page.goto(`${world.runtime.url}/fleets/${world.fleet}/agents/${agentId}`);
  await page.getByRole("heading", { name: "web-1", exact: true }).waitFor();
  await main().getByRole("link", { name: "Logs", exact: true }).click();
  await page.getByRole("heading", { name: "Logs of web-1" }).waitFor();
  // It runs nothing: what else may be read is offered all the same.
  await main().getByText("this agent keeps nothing running").waitFor();
  await main().getByLabel("Source").selectOption(`file/${logFile}`);
  await shows("ERROR cannot bind");
  appendFileSync(logFile, "written while somebody looks\n");
  await shows("written while somebody looks");
  // Only the rows in sight are in the page.
  expect(
    await lines()
      .getByText(/^line \d+$/)
      .count(),
  ).toBeLessThan(200);

  await button("Pause").click();
  appendFileSync(logFile, "written while it is paused\n");
  await main().getByLabel("Search these lines").fill("ERROR");
  await shows("ERROR cannot bind");
  expect(
    await lines()
      .getByText(/^line \d+$/)
      .count(),
  ).toBe(0);
  await main().getByLabel("Search these lines").fill("");
  await button("Go on").click();
  await shows("written while it is paused");
  await main().getByText("Nothing is kept", { exact: true }).waitFor();
  await holds("logs-live");
});

/** How often somebody looked at what is kept, since then. */
async function looksSince(then: string): Promise<number> {
  const path = `/v1/orgs/${world.organization}/audit-events?action=log.read&from=${then}&limit=200`;
  return (await world.call<{ items: unknown[] }>("GET", path)).items.length;
}

test("what a fleet keeps is turned on, and found on the agent's page", { timeout: 300_000 }, async () => {
  tellWhenItFails();
  await page.getByRole("link", { name: "Logs", exact: true }).click();
  await page.getByRole("heading", { name: "Logs", exact: true }).waitFor();
  await main().getByLabel("Keep what the agents ship").check();
  await main().getByLabel("Sources, one a line").fill("file/etc/hosts");
  await button("Save").click();
  await main()
    .getByText(/write program, container/)
    .waitFor();
  await main().getByLabel("Sources, one a line").fill(`file/${folder}/*`);
  await main().getByLabel("Days").fill("3");
  await button("Save").click();
  await main()
    .getByText(/0.75 EUR a month at most/)
    .waitFor();
  await holds("logs-kept-settings");
  await until(
    `something is kept:\n${agent.log()}`,
    async () => {
      appendFileSync(logFile, `kept ${Date.now()}\n`);
      const { items } = await world.call<KeptLogs>("GET", `/v1/agents/${agentId}/logs`);
      return items.length > 0 || null;
    },
    60_000,
  );
  await page.goto(`${world.runtime.url}/fleets/${world.fleet}/agents/${agentId}/logs`);
  await page.getByRole("heading", { name: "Logs of web-1" }).waitFor();
  await main()
    .getByRole("region", { name: "Log lines" })
    .last()
    .getByText(/^kept \d+$/)
    .first()
    .waitFor();
  await main()
    .getByRole("region", { name: "Log lines" })
    .last()
    .getByText(/^\d{4}-\d\d-\d\d \d\d:/)
    .first()
    .waitFor();
  // Each look is audited: neither a letter nor a look at the window is one.
  const then = new Date().toISOString();
  await main().getByLabel("Search what is kept").fill("no such words");
  await main().getByText("Nothing matches", { exact: true }).waitFor();
  await page.evaluate("window.dispatchEvent(new Event('visibilitychange'))");
  await button("Look again").click();
  await button("Look again").and(page.locator(":enabled")).waitFor();
  expect(await looksSince(then)).toBe(2);
});
