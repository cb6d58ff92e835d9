/** The pages of a config in a real browser: its draft, shared by two people, its versions, labels, uses and settings. */
import { randomUUID } from "node:crypto";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from "vitest";
import type { ConfigDraft } from "../../../protocol/api/config-versions.ts";
import type { Config, ConfigVersionDetail } from "../../../protocol/api/configs.ts";
import { buildDashboard } from "../../../scripts/dashboard.ts";
import { until } from "../../harness/until.ts";
import { launchBrowser, seriousViolations, sidewaysOverflow, type TestBrowser } from "./browser.ts";
import { type Owned, signIn, startWithOwner } from "./two-people.ts";

const desktop = { width: 1280, height: 860 };
const phone = { width: 360, height: 740 };
const good =
  "defaults\n  mode http\n  timeout connect 5s\n  timeout client 30s\n  timeout server 20s\n\n" +
  "frontend web\n  bind :8080\n  default_backend app\n\nbackend app\n  server a 127.0.0.1:9000\n";

let world: Owned;
let chromium: TestBrowser;
let context: BrowserContext;
let page: Page;
let config: string;
const asked: string[] = [];

beforeAll(async () => {
  buildDashboard();
  [world, chromium] = await Promise.all([startWithOwner(), launchBrowser()]);
  const made = await world.call<Config>("POST", `/v1/projects/${world.project}/configs`, {
    name: "edge",
    kind: "haproxy",
    content: good,
  });
  config = made.id;
  context = await chromium.browser.newContext({ viewport: desktop, reducedMotion: "reduce" });
  page = await signIn(context, world.runtime.url, world.owner);
  page.setDefaultTimeout(20_000);
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
});
afterAll(async () => {
  await chromium?.close();
  await world?.stop();
});
beforeEach(async () => {
  await page.setViewportSize(desktop);
  onTestFailed(async () => {
    console.error(`The page at ${page.url()} showed:\n${await page.locator("body").ariaSnapshot()}`);
    console.error(`The runtime:\n${world.runtime.log().slice(-3000)}`);
  });
});

const main = () => page.getByRole("main");
const button = (name: string) => main().getByRole("button", { name, exact: true });
const editor = () => page.locator(".cm-content");
const path = () => `/v1/configs/${config}`;

async function openTab(tab?: string): Promise<void> {
  await page.goto(`${world.runtime.url}/configs/${config}${tab ? `?tab=${tab}` : ""}`);
  await page.getByRole("heading", { name: "edge", exact: true }).waitFor();
}

async function write(text: string): Promise<void> {
  await editor().click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}

/** Saves over the draft from elsewhere, as another person's browser would. */
async function saveElsewhere(content: string): Promise<void> {
  const answer = await fetch(`${world.runtime.url}${path()}/draft`, {
    method: "PUT",
    headers: {
      authorization: `Bearer ${world.owner.accessToken}`,
      "content-type": "application/json",
      "idempotency-key": randomUUID(),
      "if-match": "*",
    },
    body: JSON.stringify({ content }),
  });
  expect(answer.status).toBe(200);
}

const row = (number: number) =>
  main()
    .getByRole("region", { name: "Versions" })
    .getByRole("row", { name: new RegExp(`^${number} `) });

async function choose(number: number, item: string): Promise<void> {
  await row(number)
    .getByRole("button", { name: `More for version ${number}` })
    .click();
  await page.getByRole("menuitem", { name: item }).click();
}

const draft = () => world.call<ConfigDraft>("GET", `${path()}/draft`);

test("the editor checks without a network, by the kind's own rules", async () => {
  await openTab();
  await page.getByText("No problem found").waitFor();
  await context.setOffline(true);
  await write(good.replace("bind", "blind"));
  await page.getByRole("list", { name: "Diagnostics" }).getByText("blind").first().waitFor();
  await context.setOffline(false);
  expect(asked.filter((one) => one.endsWith("/validate"))).toEqual([]);
  await write(good);
  await page.getByText("No problem found").waitFor();
});

test("a draft is kept, shared, and never written over unseen", async () => {
  await openTab();
  await page.getByText("No problem found").waitFor();
  await write(good.replace("20s", "40s"));
  await button("Save the draft").click();
  await page.getByText("The draft is saved.").waitFor();
  await openTab();
  await main().getByText("draft from version 1").waitFor();
  await editor().getByText("40s").waitFor();

  await saveElsewhere(good.replace("20s", "50s"));
  await write(good.replace("20s", "60s"));
  await button("Save the draft").click();
  await main()
    .getByText(/saved the draft/)
    .first()
    .waitFor();
  expect((await draft()).content).toContain("50s");
  await button("Compare with yours").click();
  await main().getByText("From the draft of Ada to your text").waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await button("Keep yours").click();
  await button("Save the draft").click();
  await until("the draft is ours", async () => (await draft()).content.includes("60s"));
});

test("a version that came meanwhile is brought into the draft, which becomes the next one", async () => {
  await world.call("POST", `${path()}/versions`, {
    content: good.replace("5s", "9s"),
    message: "slower connects",
  });
  await openTab();
  await main().getByText("Version 2 was saved meanwhile.").waitFor();
  await button("Bring it into your text").click();
  await editor().getByText("9s").waitFor();
  await editor().getByText("60s").waitFor();
  await page.getByLabel("Message").fill("both");
  await button("Save as new version").click();
  await page.getByText("version 3 is the latest").waitFor();
  const saved = await world.call<ConfigVersionDetail>("GET", `${path()}/versions/3`);
  expect(saved).toMatchObject({ message: "both", content: good.replace("5s", "9s").replace("20s", "60s") });
  await expect(draft()).rejects.toThrow("404");
});

test("versions say who saved them and why, are labelled, compared both ways, restored and deleted", async () => {
  await openTab("versions");
  await row(3).getByText("both", { exact: true }).waitFor();
  await row(3).getByRole("cell", { name: "Ada", exact: true }).waitFor();
  await choose(2, "Put a label on it");
  await page.getByRole("textbox", { name: "Label" }).fill("known-good");
  await page.getByRole("dialog").getByRole("button", { name: "Put the label" }).click();
  await row(2).getByText("known-good").waitFor();

  await row(3).getByRole("button", { name: "Show change" }).click();
  const difference = main().getByRole("region", { name: "Difference" });
  await button("Unified").click();
  await difference.getByText("timeout server 60s").waitFor();
  await difference.getByText("timeout server 20s").waitFor();
  await button("Side by side").click();
  await difference.getByText("timeout server 60s").waitFor();
  await difference.getByText("timeout server 20s").waitFor();
  expect(await seriousViolations(page)).toEqual([]);

  await choose(2, "Restore as a new version");
  await page.getByRole("alertdialog").getByRole("button", { name: "Save as version 4" }).click();
  await row(4).getByText("restores version 2").waitFor();
  const restored = await world.call<ConfigVersionDetail>("GET", `${path()}/versions/4`);
  expect(restored.content).toBe(good.replace("5s", "9s"));
  await choose(1, "Delete");
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete the version" }).click();
  await row(1).waitFor({ state: "detached" });
  await row(2).getByRole("button", { name: "Take the label known-good away" }).click();
  await row(2).getByText("known-good").waitFor({ state: "detached" });
});

test("where it runs is told, and what a release names is not deleted", async () => {
  await world.call("POST", `/v1/fleets/${world.fleet}/releases`, { assignments: [{ config, version: 4 }] });
  await openTab("uses");
  await main().getByText("No current release has it").waitFor();
  await page.getByLabel("Current releases only").uncheck();
  await main().getByRole("row").getByText("every agent").waitFor();
  expect(await seriousViolations(page)).toEqual([]);

  await world.call("POST", `${path()}/versions`, { content: good });
  await openTab("versions");
  await choose(4, "Delete");
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete the version" }).click();
  await page.getByText(/Version 4 of edge cannot be deleted: it is named by release 1/).waitFor();
  await page.getByRole("alertdialog").getByRole("button", { name: "Keep as it is" }).click();
  await row(4).waitFor();

  await openTab("settings");
  await page.getByRole("textbox", { name: "Labels" }).fill("team=edge, tier=1");
  await button("Save the labels").click();
  await main().getByTitle("team=edge").waitFor();
  await button("Delete the config").click();
  await page.getByLabel("Type edge to confirm").fill("edge");
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete the config" }).click();
  await main()
    .getByText(/cannot be deleted: it is named by release 1/)
    .waitFor();
  expect(await seriousViolations(page)).toEqual([]);

  await page.goto(`${world.runtime.url}/projects/${world.project}/configs`);
  const search = page.getByRole("searchbox", { name: /^Labels of configs/ });
  await search.fill("team=web");
  await main().getByRole("link", { name: "edge", exact: true }).waitFor({ state: "detached" });
  await search.fill("team=edge");
  await main().getByRole("link", { name: "edge", exact: true }).waitFor();
});

test("nothing runs over the edge of a phone", async () => {
  for (const tab of [undefined, "versions", "uses", "settings"]) {
    await openTab(tab);
    await main().getByRole("tabpanel").first().waitFor();
    await page.setViewportSize(phone);
    expect(await sidewaysOverflow(page), tab ?? "edit").toBeLessThanOrEqual(0);
    await page.setViewportSize(desktop);
  }
});
