/** Metrics in a real browser: an agent's charts, live, by keyboard and as a table; and what its fleet stores. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import type { AgentMetrics, MetricsCollection } from "../../../protocol/api/metrics.ts";
import { buildDashboard } from "../../../scripts/dashboard.ts";
import { until } from "../../harness/until.ts";
import {
  launchBrowser,
  seriousViolations,
  sidewaysOverflow,
  switchColours,
  type TestBrowser,
} from "./browser.ts";
import { type GreeterAgent, startGreeterAgent } from "./greeter-agent.ts";
import { type Owned, signIn, startWithOwner } from "./two-people.ts";

const desktop = { width: 1280, height: 860 };
const phone = { width: 360, height: 740 };

let world: Owned;
let chromium: TestBrowser;
let page: Page;
let greeter: GreeterAgent;
let agentId: string;

const main = () => page.getByRole("main");
const chart = (title: string) => main().getByRole("figure", { name: title, exact: true });

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
  const { secret, endpoint } = await world.call<{ secret: string; endpoint: string }>(
    "POST",
    `/v1/fleets/${world.fleet}/enrollment-tokens`,
    {},
  );
  greeter = await startGreeterAgent({ endpoint, token: secret, name: "web-1" });
  agentId = await until("the agent is online", async () => {
    const path = `/v1/fleets/${world.fleet}/agents?status=online`;
    return (await world.call<{ items: { id: string }[] }>("GET", path)).items[0]?.id ?? null;
  });
  const context = await chromium.browser.newContext({ viewport: desktop, reducedMotion: "reduce" });
  page = await signIn(context, world.runtime.url, world.owner);
  page.setDefaultTimeout(60_000);
});
afterAll(async () => {
  await greeter?.stop();
  await chromium?.close();
  await world?.stop();
});

function tellWhenItFails(): void {
  onTestFailed(async () => {
    console.error(`The page at ${page.url()} showed:\n${await page.locator("body").ariaSnapshot()}`);
    console.error(`The agent:\n${greeter.log().slice(-3000)}`);
  });
}

test("an agent's page draws what the agent tells of its last hour, for eyes, keys and screen readers", {
  timeout: 200_000,
}, async () => {
  tellWhenItFails();
  await until(
    "two points of the processor",
    async () => {
      const path = `/v1/agents/${agentId}/metrics?live=true&series=host.cpu.utilization`;
      const { series } = await world.call<AgentMetrics>("GET", path);
      return (series[0]?.average.filter((value) => value !== null).length ?? 0) >= 2 ? true : null;
    },
    60_000,
  );
  await page.goto(`${world.runtime.url}/fleets/${world.fleet}/agents/${agentId}`);
  await chart("Memory of the host").waitFor();
  await main().getByText("Up since", { exact: true }).waitFor();
  const line = chart("Processor of the host").locator("svg path").last();
  expect(await line.getAttribute("d")).toMatch(/^M\d/);
  const slider = chart("Memory of the host").getByRole("slider");
  await slider.focus();
  // A host that is too busy leaves a point out; the one after it is the newest then.
  await until("the newest point is told", async () => {
    await page.keyboard.press("End");
    return /: used [\d.]+ %$/.test((await slider.getAttribute("aria-valuetext")) ?? "") ? true : null;
  });
  const newest = Number(await slider.getAttribute("aria-valuenow"));
  await page.keyboard.press("ArrowLeft");
  expect(Number(await slider.getAttribute("aria-valuenow"))).toBe(newest - 1);
  await chart("Memory of the host").getByText("As a table", { exact: true }).click();
  await chart("Memory of the host").getByRole("columnheader", { name: "used" }).waitFor();
  await holds("agent-metrics");
  await main().getByRole("combobox", { name: "Time" }).selectOption({ label: "Last day" });
  await main().getByText("This fleet stores no metrics", { exact: false }).waitFor();
});

test("the fleet's page has them stored from now on, says what that costs, and names what it cannot read", {
  timeout: 200_000,
}, async () => {
  tellWhenItFails();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Metrics" }).click();
  await page.getByRole("heading", { name: "Metrics", level: 1 }).waitFor();
  await main().getByText("This fleet stores no metrics", { exact: false }).waitFor();
  await main().getByLabel("Store what the agents measure").check();
  await main().getByLabel("Agents tell of it").selectOption({ label: "every 5 minutes" });
  const series = main().getByLabel("Series of the programs, one a line");
  await series.fill("up\n{");
  await main().getByRole("button", { name: "Save", exact: true }).click();
  await main().getByText("does not begin with a series name", { exact: false }).waitFor();
  await series.fill("up");
  await main().getByRole("button", { name: "Save", exact: true }).click();
  await main().getByText("1 agent, online all month: 0.40 EUR", { exact: false }).waitFor();
  const stored = await world.call<MetricsCollection>("GET", `/v1/fleets/${world.fleet}/metrics-collection`);
  expect(stored).toMatchObject({ enabled: true, everySeconds: 300, scrape: ["up"], taken: true });
  await holds("fleet-metrics");
});
