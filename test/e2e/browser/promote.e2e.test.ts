/** What one fleet runs is brought to another, in a real browser: the same version, in the places that it has there. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import type { Config } from "../../../protocol/api/configs.ts";
import type { Fleet } from "../../../protocol/api/fleets.ts";
import type { Release, Rollout } from "../../../protocol/api/rollouts.ts";
import { buildDashboard } from "../../../scripts/dashboard.ts";
import { until } from "../../harness/until.ts";
import { launchBrowser, seriousViolations, sidewaysOverflow, type TestBrowser } from "./browser.ts";
import { type Owned, signIn, startWithOwner } from "./two-people.ts";

let world: Owned;
let chromium: TestBrowser;
let page: Page;
let config: Config;
let target: Fleet;

const fleetNow = (fleet: string) => world.call<Fleet>("GET", `/v1/fleets/${fleet}`);

/** Of a fleet that has no agent yet: it is what newcomers get. */
async function deploy(fleet: string, assignment: object): Promise<void> {
  const before = (await fleetNow(fleet)).currentReleaseId;
  await world.call<{ rollout: Rollout }>("POST", `/v1/fleets/${fleet}/rollouts`, {
    assignments: [{ config: config.id, ...assignment }],
  });
  await until("another current release", async () =>
    (await fleetNow(fleet)).currentReleaseId === before ? null : true,
  );
}

beforeAll(async () => {
  buildDashboard();
  [world, chromium] = await Promise.all([startWithOwner(), launchBrowser()]);
  config = await world.call<Config>("POST", `/v1/projects/${world.project}/configs`, {
    name: "greeting",
    kind: "file",
    content: "one\n",
  });
  for (const content of ["two\n", "three\n"]) {
    await world.call("POST", `/v1/configs/${config.id}/versions`, { content });
  }
  target = await world.call<Fleet>("POST", `/v1/projects/${world.project}/fleets`, {
    name: "Edge",
    environmentId: world.environment,
  });
  await deploy(world.fleet, { version: 2, selector: "role=web", fileName: "origin.txt" });
  const context = await chromium.browser.newContext({
    viewport: { width: 1280, height: 860 },
    reducedMotion: "reduce",
  });
  page = await signIn(context, world.runtime.url, world.owner);
  page.setDefaultTimeout(60_000);
});
afterAll(async () => {
  await chromium?.close();
  await world?.stop();
});

const main = () => page.getByRole("main");

test("a config that is new in the other fleet goes to whom it goes at its origin, at that version", async () => {
  onTestFailed(async () => {
    console.error(`The page at ${page.url()} showed:\n${await page.locator("body").ariaSnapshot()}`);
  });
  await page.goto(`${world.runtime.url}/configs/${config.id}?tab=uses`);
  await main().getByRole("button", { name: "Bring what First fleet runs to another fleet" }).click();
  await page.getByRole("menuitem", { name: "Edge", exact: true }).click();
  await page.getByRole("heading", { name: "Deploy to Edge", exact: true }).waitFor();
  await main().getByText("The version that First fleet runs").waitFor();
  expect(await main().getByLabel("Version", { exact: true }).first().inputValue()).toBe("2");
  expect(await main().getByLabel("Agents (label selector)").first().inputValue()).toBe("role=web");
  expect(await seriousViolations(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1280, height: 860 });
  await main().getByRole("button", { name: "Start the rollout" }).click();
  const release = await until("the release", async () => {
    const { currentReleaseId } = await fleetNow(target.id);
    return currentReleaseId === null ? null : world.call<Release>("GET", `/v1/releases/${currentReleaseId}`);
  });
  expect(release.assignments).toMatchObject([
    { configId: config.id, version: 2, selector: "role=web", fileName: "origin.txt" },
  ]);
});

test("one that is there already keeps its places", async () => {
  await deploy(target.id, { version: 3, selector: "role=edge", fileName: "edge.txt" });
  await page.goto(`${world.runtime.url}/fleets/${target.id}/deploy?config=${config.id}&from=${world.fleet}`);
  await main().getByText("The version that First fleet runs").waitFor();
  expect(await main().getByLabel("Version", { exact: true }).first().inputValue()).toBe("2");
  expect(await main().getByLabel("Agents (label selector)").first().inputValue()).toBe("role=edge");
});
