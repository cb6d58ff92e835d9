/** Templates in a real browser: one is shared, a config made from it, changed, and updated with a conflict. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import type { Config, ConfigVersionDetail } from "../../../protocol/api/configs.ts";
import { buildDashboard } from "../../../scripts/dashboard.ts";
import { launchBrowser, seriousViolations, sidewaysOverflow, type TestBrowser } from "./browser.ts";
import { type Owned, signIn, startWithOwner } from "./two-people.ts";

let world: Owned;
let chromium: TestBrowser;
let page: Page;

beforeAll(async () => {
  buildDashboard();
  [world, chromium] = await Promise.all([startWithOwner(), launchBrowser()]);
  const context = await chromium.browser.newContext({
    viewport: { width: 1280, height: 860 },
    reducedMotion: "reduce",
  });
  page = await signIn(context, world.runtime.url, world.owner);
  page.setDefaultTimeout(20_000);
});
afterAll(async () => {
  await chromium?.close();
  await world?.stop();
});

const main = () => page.getByRole("main");
const button = (name: string) => main().getByRole("button", { name, exact: true });
const heading = (name: string) => page.getByRole("heading", { name, exact: true }).waitFor();
const configs = async () =>
  (await world.call<{ items: Config[] }>("GET", `/v1/projects/${world.project}/configs`)).items;

test("a template is shared, used, changed, and an update with a conflict is decided", async () => {
  onTestFailed(async () => {
    console.error(`The page at ${page.url()} showed:\n${await page.locator("body").ariaSnapshot()}`);
  });
  await page.goto(`${world.runtime.url}/projects/${world.project}/templates`);
  await heading("Templates");
  await main().getByRole("link", { name: "Collector as a gateway" }).waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await button("New template").click();
  await heading("New template");
  await main().getByLabel("Name", { exact: true }).fill("motd");
  await main().getByLabel("Title").fill("Message of the day");
  await main().getByLabel("Text of the template").fill("# motd\nhello ${param:who}\nend\n");
  await main().getByLabel("Parameters").fill("- name: who\n  title: Who\n  default: world\n");
  await main().getByText("No problem found").waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await button("Share the template").click();

  await heading("Message of the day");
  await main().getByLabel("Name of the config").fill("today");
  await main().getByLabel("Who").fill("you");
  await main().getByText("hello you").waitFor();
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1280, height: 860 });
  await button("Make the config").click();
  await heading("today");
  const [config] = await configs();
  const path = `/v1/configs/${config?.id}`;
  await world.call("POST", `${path}/versions`, { content: "# motd\nhello us\nend\n" });

  await page.goto(`${world.runtime.url}/projects/${world.project}/templates`);
  await main().getByRole("link", { name: "Message of the day" }).click();
  await heading("Message of the day");
  await main().getByRole("link", { name: "Edit", exact: true }).click();
  await heading("Edit Message of the day");
  await main().getByLabel("Text of the template").fill("# motd\ngood day ${param:who}\nend\n");
  await button("Save as version 2").click();
  await heading("Message of the day");

  await page.goto(`${world.runtime.url}/configs/${config?.id}?tab=settings`);
  await main().getByRole("link", { name: "Update from the template" }).click();
  await heading("Update today from its template");
  await main().getByText("1 conflict", { exact: true }).waitFor();
  await main().getByLabel("The template's").check();
  await button("Save as version 3").click();
  await heading("today");
  await main().getByText("version 3 is the latest").waitFor();
  const { content } = await world.call<ConfigVersionDetail>("GET", `${path}/versions/3`);
  expect(content).toBe("# motd\ngood day you\nend\n");
});

test("the collector's components are listed with their settings, and found by a part of their name", async () => {
  onTestFailed(async () => {
    console.error(`The page at ${page.url()} showed:\n${await page.locator("body").ariaSnapshot()}`);
  });
  await page.goto(`${world.runtime.url}/projects/${world.project}/configs`);
  await main().getByRole("link", { name: "Collector components" }).click();
  await heading("Collector components");
  await heading("Extensions");
  expect(await seriousViolations(page)).toEqual([]);
  await main().getByLabel("Search components").fill("tail");
  await heading("Processors");
  expect(await main().getByRole("heading", { level: 2 }).allTextContents()).toEqual(["Processors"]);
  await main().getByText("Tail sampling").click();
  const settings = main().getByRole("region", { name: "Settings of tail_sampling" });
  await settings.getByRole("row", { name: /^policies\[\]\.latency\.threshold_ms At least/ }).waitFor();
  expect(await settings.getByText("decision_cache", { exact: true }).count()).toBe(0);
  await main().getByLabel("Show settings that are seldom needed").check();
  await settings.getByText("decision_cache", { exact: true }).waitFor();
  await main().getByText("decision_wait: 10s").waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await main().getByLabel("Count the agents of").selectOption({ index: 1 });
  await main().getByText("no agent says").waitFor();
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1280, height: 860 });
});
