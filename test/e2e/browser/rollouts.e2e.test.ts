/** Rollouts in a real browser, against the real runtime, with real agents and two people. */
import { readFileSync } from "node:fs";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from "vitest";
import { type RolloutDocument, replay } from "../../../domain/rollouts/replay.ts";
import type { Agent } from "../../../protocol/api/agents.ts";
import type { Config } from "../../../protocol/api/configs.ts";
import type { CreatedEnrollmentToken } from "../../../protocol/api/fleets.ts";
import { type RolloutDetail, rolloutExport, type StartedRollout } from "../../../protocol/api/rollouts.ts";
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
import { signIn, startWithTwoPeople, type TwoPeople } from "./two-people.ts";

const desktop = { width: 1280, height: 860 };
const phone = { width: 360, height: 740 };
const names = ["web-1", "web-2", "web-3"];
const patienceMs = 60_000;
const text = (workers: number) => `server:\n  port: 8080\n  workers: ${workers}\n`;

let world: TwoPeople;
let chromium: TestBrowser;
let owner: Page;
let operator: Page;
let config: string;
const contexts: BrowserContext[] = [];
const agents: AgentProcess[] = [];

beforeAll(async () => {
  buildDashboard();
  [world, chromium] = await Promise.all([startWithTwoPeople(), launchBrowser()]);
  const { call, fleet, project, runtime } = world;
  const token = await call<CreatedEnrollmentToken>("POST", `/v1/fleets/${fleet}/enrollment-tokens`, {
    name: "browser test",
    maxUses: names.length,
  });
  for (const name of names) agents.push(startAgentProcess({ url: runtime.url, token: token.secret, name }));
  await until("every agent is online", async () => {
    const { items } = await call<{ items: Agent[] }>("GET", `/v1/fleets/${fleet}/agents`);
    return items.filter((each) => each.status === "online").length === names.length;
  });
  const made = await call<Config>("POST", `/v1/projects/${project}/configs`, {
    name: "settings",
    kind: "file",
    content: text(2),
  });
  config = made.id;
  const { rollout } = await call<StartedRollout>("POST", `/v1/fleets/${fleet}/rollouts`, {
    assignments: [{ config, version: 1 }],
    gates: { soakSeconds: 0 },
  });
  await until("the first version is everywhere", async () => {
    const { state } = await call<RolloutDetail>("GET", `/v1/rollouts/${rollout.id}`);
    return state === "succeeded";
  });
  await call("POST", `/v1/configs/${config}/versions`, { content: text(4), message: "more workers" });
  [owner, operator] = (await Promise.all([world.owner, world.operator].map(openFor))) as [Page, Page];
});

async function openFor(person: TwoPeople["owner"]): Promise<Page> {
  const context = await chromium.browser.newContext({ viewport: desktop, reducedMotion: "reduce" });
  contexts.push(context);
  const page = await signIn(context, world.runtime.url, person);
  page.setDefaultTimeout(patienceMs);
  return page;
}

beforeEach(() => {
  onTestFailed(async () => {
    for (const page of [owner, operator])
      console.error(`The page at ${page.url()} showed:\n${await page.locator("body").ariaSnapshot()}`);
    console.error(`The runtime:\n${world.runtime.log().slice(-4000)}`);
  });
});

afterAll(async () => {
  await chromium?.close();
  await Promise.all(agents.map((agent) => agent.stop()));
  await world?.stop();
});

const runs = (workers: number) =>
  agents.filter((agent) => agent.file("config.txt") === text(workers)).map((agent) => agent.name);
const go = (page: Page, path: string) => page.goto(`${world.runtime.url}${path}`);
const stateOf = (page: Page, state: string) =>
  page.getByRole("main").getByText(state, { exact: true }).first().waitFor();
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const confirm = (page: Page, name: string) =>
  page.getByRole("alertdialog").getByRole("button", { name }).click();

/** The page as it is now holds WCAG AA in light and dark, and does not scroll sideways on a phone. */
async function expectGoodLooks(page: Page): Promise<void> {
  const found: string[] = [];
  for (const look of ["dark", "phone", "light"] as const) {
    await switchColours(page, look === "dark" ? "dark" : "light");
    await page.setViewportSize(look === "phone" ? phone : desktop);
    found.push(...(await seriousViolations(page)).map((violation) => `${look}: ${violation}`));
    const overflow = await sidewaysOverflow(page);
    if (overflow > 0) found.push(`${look}: scrolls sideways by ${overflow} px`);
  }
  expect(found).toEqual([]);
}

test("a canary shows its diff before it starts, waits for a person, and then goes on", {
  timeout: 180_000,
}, async () => {
  await go(owner, `/fleets/${world.fleet}/deploy?config=${config}`);
  await owner.getByLabel("Strategy").selectOption({ label: "Canary, step by step" });
  await owner.getByRole("button", { name: "Remove step 2" }).click();
  await owner.getByLabel("Soak, seconds").fill("1");

  const diff = owner.getByRole("region", { name: "Difference of config.txt" });
  await diff.getByRole("row").filter({ hasText: "removed" }).filter({ hasText: "workers: 2" }).waitFor();
  await diff.getByRole("row").filter({ hasText: "added" }).filter({ hasText: "workers: 4" }).waitFor();
  await owner.getByText("3 agents in 2 waves.").waitFor();
  const waves = owner.getByRole("list", { name: "Waves" }).locator("> li");
  await waves.nth(1).getByText("2 agents").waitFor();
  const canary = (await waves.first().getByRole("listitem").textContent())?.trim();

  // What the server refuses is said at its field.
  const step = owner.getByLabel("Agents", { exact: true });
  await step.fill("9");
  const refused = owner.getByRole("list").locator("[aria-invalid=true]");
  await refused.waitFor();
  expect(await owner.getByRole("button", { name: "Start the rollout" }).isEnabled()).toBe(false);
  await expectGoodLooks(owner);
  await step.fill("1");
  await refused.waitFor({ state: "detached" });

  await press(owner, "Start the rollout");
  await owner.getByRole("heading", { name: "Rollout of release 2" }).waitFor();
  await stateOf(owner, "Paused");
  expect(runs(4)).toEqual([canary]);
  await expectGoodLooks(owner);
  await press(owner, "Promote");
  await confirm(owner, "Promote the rollout");
  await stateOf(owner, "Succeeded");
  expect(runs(4)).toEqual(names);
});

test("a finished rollout is taken back, after a look at what that changes", {
  timeout: 120_000,
}, async () => {
  await owner.getByRole("link", { name: "Revert", exact: true }).click();
  await owner.getByRole("heading", { name: "Revert the rollout of release 2" }).waitFor();
  const diff = owner.getByRole("region", { name: "Difference of config.txt" });
  await diff.getByRole("row").filter({ hasText: "added" }).filter({ hasText: "workers: 2" }).waitFor();
  await owner.getByLabel("Soak, seconds").fill("0");
  await expectGoodLooks(owner);
  await press(owner, "Start the rollout");
  await owner.getByRole("heading", { name: /^Revert, as release/ }).waitFor();
  await stateOf(owner, "Succeeded");
  expect(runs(2)).toEqual(names);
});

test("a finished rollout is downloaded with its log, which replays to the same", async () => {
  const [download] = await Promise.all([owner.waitForEvent("download"), press(owner, "Export")]);
  const exported = rolloutExport.parse(JSON.parse(readFileSync(await download.path(), "utf8")));
  expect(download.suggestedFilename()).toBe(`${exported.rolloutId}.json`);
  expect(owner.url()).toContain(exported.rolloutId);
  // The fleet wrote it, so it is one.
  const { same, header } = replay(exported.document as RolloutDocument);
  expect([same, header.state]).toEqual([true, "succeeded"]);
});

test("in a protected environment the author waits, and another person approves", {
  timeout: 120_000,
}, async () => {
  await go(owner, `/projects/${world.project}/environments`);
  await owner.getByRole("link", { name: "Production" }).click();
  await press(owner, "Protect");
  await confirm(owner, "Protect");
  await owner.getByText("Another person than its author must approve").waitFor();
  await expectGoodLooks(owner);

  await go(owner, `/fleets/${world.fleet}/deploy?config=${config}`);
  await owner.getByLabel("Strategy").selectOption({ label: "All at once" });
  await owner.getByLabel("Soak, seconds").fill("0");
  await owner.getByText("Starts once a person has approved it.").waitFor();
  await press(owner, "Start the rollout");
  await stateOf(owner, "Awaiting approval");
  await owner.getByRole("heading", { name: "It waits for somebody's approval" }).waitFor();
  expect(await owner.getByRole("button", { name: "Approve" }).count()).toBe(0);

  await operator.goto(owner.url());
  await operator.getByRole("heading", { name: "Your approval is asked for" }).waitFor();
  await expectGoodLooks(operator);
  await operator.getByLabel("Comment").fill("looks right");
  await press(operator, "Approve");
  // The author's page follows by itself.
  await stateOf(owner, "Succeeded");
  await owner.getByText("Grace: looks right").waitFor();
  expect(runs(4)).toEqual(names);

  // A operator sees what the environment asks, and cannot change it.
  await go(operator, `/projects/${world.project}/environments/${world.environment}`);
  await operator.getByText("You may not change it.").waitFor();
  expect(await operator.getByRole("button", { name: "Lift the protection" }).count()).toBe(0);
});

test("protection is lifted with a way back; somebody else's change in between is said kindly", async () => {
  const path = `/v1/environments/${world.environment}`;
  await go(owner, `/projects/${world.project}/environments/${world.environment}`);
  await press(owner, "Lift the protection");
  await world.call("PATCH", path, {
    windows: [{ days: ["mon"], from: "09:00", to: "17:00", timeZone: "Europe/Berlin" }],
  });
  await confirm(owner, "Lift the protection");
  await owner.getByText("Somebody changed this environment while you looked at it").waitFor();
  await owner.getByText("Mon 09:00–17:00, Europe/Berlin").waitFor();
  await press(owner, "Lift the protection");
  await confirm(owner, "Lift the protection");
  await owner.getByText("Anyone who may deploy starts a rollout alone.").waitFor();
  await press(owner, "Undo");
  await owner.getByText("Another person than its author must approve").waitFor();
  await world.call("PATCH", path, { protected: false, windows: [] });
});

test("a rollout for later stands in the queue with its time, until it is aborted", async () => {
  await go(owner, `/fleets/${world.fleet}/deploy?config=${config}`);
  await owner.getByLabel("Version").selectOption("1");
  await owner.getByText("Schedule").first().click();
  const tomorrow = new Date(Date.now() + 86_400_000);
  const pad = (part: number) => String(part).padStart(2, "0");
  const day = `${tomorrow.getFullYear()}-${pad(tomorrow.getMonth() + 1)}-${pad(tomorrow.getDate())}`;
  await owner.getByLabel("Start at").fill(`${day}T12:00`);
  await owner.getByText(/^Would start .* UTC\.$/).waitFor();
  await expectGoodLooks(owner);
  await press(owner, "Start the rollout");
  await stateOf(owner, "Scheduled");
  await owner.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Rollouts" }).click();
  const waiting = owner.getByRole("list", { name: "Waiting rollouts" }).locator("> li");
  await waiting.getByText("Scheduled", { exact: true }).waitFor();
  await expectGoodLooks(owner);
  await waiting.getByRole("link").click();
  await press(owner, "Abort");
  await confirm(owner, "Abort the rollout");
  await stateOf(owner, "Cancelled");
  expect(runs(4)).toEqual(names);
});

test("a freeze holds blue/green until an admin overrides it; all stage, and change over at a person's word", {
  timeout: 120_000,
}, async () => {
  const path = `/v1/environments/${world.environment}`;
  const [from, end] = [0, 3_600_000].map((ms) => new Date(Date.now() + ms).toISOString());
  await world.call("PATCH", path, { freezes: [{ from, until: end, reason: "sales day" }] });
  await go(owner, `/fleets/${world.fleet}/deploy?config=${config}`);
  await owner.getByLabel("Version").selectOption("1");
  await owner.getByLabel("Strategy").selectOption({ label: "Blue/green" });
  await owner.getByLabel("Soak, seconds").fill("0");
  await owner.getByText(/^Production is frozen until .*: sales day$/).waitFor();
  await expectGoodLooks(owner);
  await press(owner, "Start the rollout");
  await stateOf(owner, "Scheduled");
  await owner.getByRole("heading", { name: "Production is frozen" }).waitFor();
  await owner.getByLabel("Why this one may go on").fill("fixes the outage");
  await expectGoodLooks(owner);
  await press(owner, "Override the freeze");

  await stateOf(owner, "Paused");
  await owner.getByRole("button", { name: "Promote", exact: true }).waitFor();
  const id = owner.url().split("/").at(-1);
  const { counts } = await world.call<RolloutDetail>("GET", `/v1/rollouts/${id}`);
  expect(counts.staged).toBe(names.length);
  expect(runs(4)).toEqual(names);
  await expectGoodLooks(owner);
  await press(owner, "Promote");
  await confirm(owner, "Promote the rollout");
  await stateOf(owner, "Succeeded");
  expect(runs(2)).toEqual(names);
  await world.call("PATCH", path, { freezes: [] });
});

test("an agent is deleted once its name is typed, and is gone from the fleet", async () => {
  const [name = ""] = names;
  await go(owner, `/fleets/${world.fleet}`);
  await owner.getByRole("link", { name, exact: true }).click();
  await owner.getByRole("heading", { name, exact: true }).waitFor();
  await press(owner, "Delete");
  const sure = owner.getByRole("alertdialog").getByRole("button", { name: "Delete the agent" });
  expect(await sure.isEnabled()).toBe(false);
  await owner.getByLabel(`Type ${name} to confirm`).fill(name);
  await expectGoodLooks(owner);
  await sure.click();
  await owner.getByText(`Agent ${name} is deleted`).waitFor();
  await owner.getByRole("link", { name: names[1] ?? "", exact: true }).waitFor();
  await owner.getByRole("link", { name, exact: true }).waitFor({ state: "detached" });
  const { items } = await world.call<{ items: Agent[] }>("GET", `/v1/fleets/${world.fleet}/agents`);
  expect(items.map((agent) => agent.name).toSorted()).toEqual(names.slice(1));
});
