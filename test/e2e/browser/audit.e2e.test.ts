/** The audit log and the quotas in a real browser: live, narrowed, checked, downloaded. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import { checkExport, type ExportedEvent } from "../../../domain/audit/chain.ts";
import { buildDashboard } from "../../../scripts/dashboard.ts";
import { launchBrowser, seriousViolations, sidewaysOverflow, type TestBrowser } from "./browser.ts";
import { type Owned, signIn, startWithOwner } from "./two-people.ts";

let owned: Owned;
let chromium: TestBrowser;
let page: Page;

beforeAll(async () => {
  buildDashboard();
  [owned, chromium] = await Promise.all([startWithOwner(), launchBrowser()]);
  const context = await chromium.browser.newContext({ viewport: { width: 1280, height: 860 } });
  context.setDefaultTimeout(60_000);
  page = await signIn(context, owned.runtime.url, owned.owner);
});

afterAll(async () => {
  await chromium?.close();
  await owned?.stop();
});

const events = () => page.getByRole("list", { name: "Audit events" }).getByRole("listitem");
const open = (name: string) =>
  page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true }).click();

async function looksRight(): Promise<void> {
  expect(await seriousViolations(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await sidewaysOverflow(page)).toBe(0);
  await page.setViewportSize({ width: 1280, height: 860 });
}

test("the audit log shows what happens, narrows, checks its chain and is downloaded", {
  timeout: 240_000,
}, async () => {
  onTestFailed(async () => {
    console.error(`The page at ${page.url()} showed:\n${await page.locator("body").ariaSnapshot()}`);
  });
  await open("Audit log");
  await events().filter({ hasText: "organization.create" }).waitFor();
  await page.getByRole("status").filter({ hasText: "Live" }).waitFor();

  // What somebody does elsewhere shows up by itself, with before and after.
  await owned.call("PATCH", `/v1/fleets/${owned.fleet}`, { name: "Renamed fleet" });
  const renamed = events().filter({ hasText: "fleet.update" });
  await renamed.waitFor();
  await renamed.locator("summary").click();
  await renamed.getByText("First fleet", { exact: true }).waitFor();
  await renamed.getByText("Renamed fleet", { exact: true }).waitFor();
  await looksRight();

  await renamed.getByRole("button", { name: "Only fleet.update" }).click();
  await events().filter({ hasText: "organization.create" }).waitFor({ state: "detached" });
  await renamed.waitFor();
  expect(await page.getByLabel("Action").inputValue()).toBe("fleet.update");
  expect(await events().count()).toBe(1);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await events().filter({ hasText: "organization.create" }).waitFor();

  await page.getByRole("button", { name: "Check the chain" }).click();
  await page.getByText(/The chain is whole: \d+ events checked\./).waitFor();

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "NDJSON" }).click();
  const lines = readFileSync(await (await download).path(), "utf8")
    .trim()
    .split("\n");
  const exported = lines.map((line) => JSON.parse(line) as ExportedEvent);
  expect(checkExport(exported)).toMatchObject({ valid: true, checked: lines.length });
  await events().filter({ hasText: "audit.export" }).waitFor();
});

test("the quotas show what is used", { timeout: 120_000 }, async () => {
  await open("Quotas");
  const projects = page.getByRole("row").filter({ hasText: "Projects" });
  await projects.waitFor();
  expect(await projects.getByRole("cell").allTextContents()).toEqual(["Projects", "1", "20", ""]);
  await page.getByRole("row").filter({ hasText: "The whole organization" }).waitFor();
  await looksRight();
});
