/** Secrets in a real browser: set, used, rotated, looked for, approved by a second person, and kept while in use. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import type { Config } from "../../../protocol/api/configs.ts";
import type { Rollout, StartedRollout } from "../../../protocol/api/rollouts.ts";
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
import { invite, type Owned, type Person, signIn, startWithOwner } from "./two-people.ts";

const desktop = { width: 1280, height: 860 };
const phone = { width: 360, height: 740 };
const values = ['correct-horse-1\nsecond "line" ü', "battery-staple-2", "never-approved-3"] as const;

let world: Owned;
let grace: Person;
let chromium: TestBrowser;
let page: Page;
let agent: AgentProcess;

beforeAll(async () => {
  buildDashboard();
  [world, chromium] = await Promise.all([startWithOwner(), launchBrowser()]);
  grace = await invite(world, "admin");
  const path = `/v1/fleets/${world.fleet}/enrollment-tokens`;
  const { secret } = await world.call<{ secret: string }>("POST", path, { maxUses: 1 });
  agent = startAgentProcess({ url: world.runtime.url, token: secret, name: "web-1" });
  await until("the agent is online", async () => {
    const online = `/v1/fleets/${world.fleet}/agents?status=online`;
    return (await world.call<{ items: unknown[] }>("GET", online)).items.length === 1;
  });
  page = await open(world.owner);
});
afterAll(async () => {
  await agent?.stop();
  await chromium?.close();
  await world?.stop();
});

async function open(person: Person): Promise<Page> {
  const context = await chromium.browser.newContext({ viewport: desktop, reducedMotion: "reduce" });
  const opened = await signIn(context, world.runtime.url, person);
  opened.setDefaultTimeout(60_000);
  return opened;
}

const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
const dialog = () => page.getByRole("dialog");
const pagePath = () => `/projects/${world.project}/environments/${world.environment}/secrets`;

async function toSecrets(on: Page): Promise<void> {
  await on.goto(`${world.runtime.url}${pagePath()}`);
  await on.getByRole("heading", { name: /^Secrets of / }).waitFor();
}

async function deployed(body: object): Promise<void> {
  const path = `/v1/fleets/${world.fleet}/rollouts`;
  const gates = { soakSeconds: 0 };
  const { rollout } = await world.call<StartedRollout>("POST", path, { ...body, gates });
  const ended = await until("the end of the rollout", async () => {
    const now = await world.call<Rollout>("GET", `/v1/rollouts/${rollout.id}`);
    return now.endedAt === null ? null : now;
  });
  expect(ended.state).toBe("succeeded");
}

async function rotate(value: string): Promise<void> {
  await button(/^Rotate TOKEN for /).click();
  await dialog().getByLabel("Value").fill(value);
  await dialog().getByRole("button", { name: "Set the new value" }).click();
  await dialog().waitFor({ state: "hidden" });
}

test("a secret is set, used, rotated and approved, and nobody sees it", { timeout: 280_000 }, async () => {
  onTestFailed(async () => {
    console.error(`The page at ${page.url()} showed:\n${await page.locator("body").ariaSnapshot()}`);
    console.error(`The runtime:\n${world.runtime.log().slice(-3000)}`);
  });
  await toSecrets(page);
  await button("New secret").click();
  await dialog().getByLabel("Name").fill("TOKEN");
  await dialog().getByLabel("Value").fill("abc");
  expect(await dialog().getByRole("button", { name: "Set the secret" }).isDisabled()).toBe(true);
  await dialog().getByLabel("Value").fill(values[0]);
  expect(await seriousViolations(page)).toEqual([]);
  await dialog().getByRole("button", { name: "Set the secret" }).click();
  await dialog().waitFor({ state: "hidden" });
  const row = page.getByRole("list", { name: "Secrets" }).getByRole("listitem").filter({ hasText: "TOKEN" });
  await row.getByText("version 1").waitFor();

  const config = await world.call<Config>("POST", `/v1/projects/${world.project}/configs`, {
    name: "token",
    kind: "file",
    content: "token ${secret:TOKEN}\n",
  });
  await deployed({ assignments: [{ config: config.id, version: 1 }] });
  expect(agent.file("config.txt")).toBe(`token ${values[0]}\n`);

  await rotate(values[1]);
  await row.getByText("version 2").waitFor();
  await button(/^Usage of TOKEN for /).click();
  await dialog().getByText("Version 1: 1 agent (web-1)").waitFor();
  await dialog().getByRole("link", { name: "token" }).waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await page.keyboard.press("Escape");

  await button(/^Versions of TOKEN for /).click();
  await dialog().getByRole("button", { name: "Destroy version 1" }).click();
  await page.getByRole("button", { name: "Destroy the version" }).click();
  await page
    .getByText(/may still send an agent version 1 of TOKEN/)
    .first()
    .waitFor();
  expect(await seriousViolations(page)).toEqual([]);

  // What a rollout would change, masked.
  await toSecrets(page);
  await button(/^Impact of TOKEN for /).click();
  await dialog().getByText("1 agent would change.").waitFor();
  await dialog().getByRole("link", { name: "Plan the rollout" }).click();
  await page.getByRole("heading", { name: /^Deploy to / }).waitFor();
  await page.getByText("secret TOKEN: v1 → v2").waitFor();
  await button("web-1").click();
  await dialog().getByText("token ••••••(TOKEN v2)").first().waitFor();
  expect(await page.content()).not.toMatch(/correct-horse|battery-staple/);

  // In a protected environment another person decides.
  await world.call("PATCH", `/v1/environments/${world.environment}`, { protected: true });
  await toSecrets(page);
  await rotate(values[2]);
  await row.getByText("version 3 waits for approval").waitFor();
  await button(/^Versions of TOKEN for /).click();
  await dialog().getByRole("button", { name: "Approve version 3" }).click();
  await dialog()
    .getByText(/Another person must approve/)
    .first()
    .waitFor();
  await page.keyboard.press("Escape");
  const second = await open(grace);
  await toSecrets(second);
  await second.getByRole("button", { name: /^Versions of TOKEN for / }).click();
  await second.getByRole("dialog").getByRole("button", { name: "Approve version 3" }).click();
  await second
    .getByRole("dialog")
    .getByText(/approved by Grace/)
    .waitFor();
  await second.keyboard.press("Escape");
  await second.getByText("version 3", { exact: true }).waitFor();
  expect(await second.content()).not.toMatch(/correct-horse|battery-staple|never-approved/);
  expect(agent.file("config.txt")).toBe(`token ${values[0]}\n`);
});

test("the page is readable by everybody, in both colours, and on a phone", { timeout: 120_000 }, async () => {
  for (const colours of ["dark", "light"] as const) {
    await switchColours(page, colours);
    await toSecrets(page);
    await button(/^Versions of TOKEN for /).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await button(/^Versions of TOKEN for /).click();
    await dialog()
      .getByText(/approved by Grace/)
      .waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  }
  await page.setViewportSize(phone);
  expect(await sidewaysOverflow(page)).toBe(0);
  await page.keyboard.press("Escape");
  expect(await sidewaysOverflow(page)).toBe(0);
  await button("New secret").click();
  await dialog().getByLabel("Value").fill("typed here");
  expect(await sidewaysOverflow(page)).toBe(0);
});
