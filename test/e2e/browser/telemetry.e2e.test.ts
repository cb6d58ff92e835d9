/** Where agents tell of themselves, in a real browser, with an agent that keeps a stand-in collector. */
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import { freePort } from "../../../agent/testing/greeter-agent.ts";
import { buildDashboard } from "../../../scripts/dashboard.ts";
import { type AgentProcess, startAgentProcess } from "../../harness/agent-process.ts";
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
const fileOf = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

let world: Owned;
let chromium: TestBrowser;
let page: Page;
let agent: AgentProcess;

beforeAll(async () => {
  buildDashboard();
  [world, chromium] = await Promise.all([startWithOwner(), launchBrowser()]);
  const { secret } = await world.call<{ secret: string }>(
    "POST",
    `/v1/fleets/${world.fleet}/enrollment-tokens`,
    {},
  );
  await world.call("POST", `/v1/environments/${world.environment}/secrets`, {
    name: "OTLP_TOKEN",
    value: "pl4nted-otlp-token",
  });
  agent = startAgentProcess({
    url: world.runtime.url,
    token: secret,
    name: "collector-1",
    config: fileOf("examples/collector/agent.yaml"),
    env: {
      OTELCOL: fileOf("agent/testing/stand-in-collector.mjs"),
      COLLECTOR_HEALTH: `127.0.0.1:${await freePort()}`,
    },
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

async function holds(): Promise<void> {
  for (const colours of ["light", "dark"] as const) {
    await switchColours(page, colours);
    expect(await seriousViolations(page)).toEqual([]);
  }
  await page.setViewportSize(phone);
  expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
  await page.setViewportSize(desktop);
}

test("is set with a secret in a header, refused at its field, and taken by the collector", {
  timeout: 300_000,
}, async () => {
  onTestFailed(async () => {
    console.error(`The page showed:\n${await page.locator("body").ariaSnapshot()}\n${agent.log()}`);
  });
  const main = page.getByRole("main");
  await page.goto(`${world.runtime.url}/fleets/${world.fleet}/telemetry`);
  await page.getByRole("heading", { name: "Own telemetry" }).waitFor();
  await main.getByText("Nobody to tell").waitFor();
  await main.getByRole("button", { name: "Change" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Address of metrics").fill("http://127.0.0.1:9/v1/metrics");
  await dialog.getByLabel("Headers of metrics").fill("authorization: Bearer abc");
  await dialog.getByRole("button", { name: "Save and tell agents" }).click();
  await dialog
    .getByText(/names a credential/)
    .first()
    .waitFor();
  await dialog.getByLabel("Headers of metrics").fill("authorization: Bearer ${secret:OTLP_TOKEN}");
  await dialog.getByRole("button", { name: "Save and tell agents" }).click();
  await dialog.waitFor({ state: "hidden" });
  await main.getByText("authorization: Bearer ${secret:OTLP_TOKEN} (version 1)").waitFor();
  await main.getByText("All applied it").waitFor();
  await holds();
  expect(await page.content()).not.toContain("pl4nted");
});
