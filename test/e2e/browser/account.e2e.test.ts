/** One's own account in a real browser: a forgotten password, sessions on two devices, a new address. */
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import { buildDashboard } from "../../../scripts/dashboard.ts";
import { linkTo, signUpByMail } from "../../../scripts/demo/sign-up.ts";
import { type RunningRuntime, startRuntime } from "../../harness/runtime.ts";
import {
  launchBrowser,
  seriousViolations,
  sidewaysOverflow,
  switchColours,
  type TestBrowser,
} from "./browser.ts";

const patienceMs = 60_000;
const email = "ada@example.test";
const moved = "ada.lovelace@example.test";
const password = "correct horse battery staple";
const newPassword = "seven slow green trams";
const phone = { width: 360, height: 740 };

let runtime: RunningRuntime;
let chromium: TestBrowser;

beforeAll(async () => {
  buildDashboard();
  [runtime, chromium] = await Promise.all([startRuntime(), launchBrowser()]);
  await signUpByMail(runtime, { email, password, name: "Ada", organizationName: "Acme" });
});

afterAll(async () => {
  await chromium?.close();
  await runtime?.stop();
});

async function device(userAgent?: string): Promise<{ context: BrowserContext; page: Page }> {
  const context = await chromium.browser.newContext(userAgent ? { userAgent } : {});
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  return { context, page };
}

async function signIn(page: Page, as: { email: string; password: string }): Promise<void> {
  await page.goto(`${runtime.url}/sign-in?return=%2Faccount`);
  await page.getByLabel("E-mail").fill(as.email);
  await page.getByLabel("Password").fill(as.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

const heading = (page: Page, name: string) => page.getByRole("heading", { name, exact: true }).waitFor();
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

async function expectFit(page: Page): Promise<void> {
  for (const colours of ["light", "dark"] as const) {
    await switchColours(page, colours);
    expect(await seriousViolations(page)).toEqual([]);
  }
  const before = page.viewportSize();
  await page.setViewportSize(phone);
  expect(await sidewaysOverflow(page)).toBe(0);
  if (before) await page.setViewportSize(before);
}

test("a forgotten password, two devices and a new address", { timeout: 300_000 }, async () => {
  const { page } = await device();
  onTestFailed(async () => {
    console.error(`The page at ${page.url()} showed:\n${await page.locator("body").ariaSnapshot()}`);
  });

  // A wrong password is answered in the page; the way out is next to it.
  await signIn(page, { email, password: "not the password" });
  await page.getByRole("alert").getByText("The e-mail address or the password is wrong").waitFor();
  await page.getByRole("link", { name: "Forgot the password?" }).click();
  // The page before has a field of the same name, and stands until the next one is loaded.
  await heading(page, "Forgot the password?");
  await page.getByLabel("E-mail").fill(email);
  await button(page, "Mail me a link").click();
  await heading(page, "Look into your mail");
  await expectFit(page);

  const token = await linkTo(runtime, email, "/reset-password");
  await page.goto(`${runtime.url}/reset-password#token=${token}`);
  await page.getByLabel("New password").fill("password1234");
  await button(page, "Change the password").click();
  await page.getByText("is one of the commonest passwords").first().waitFor();
  await page.getByLabel("New password").fill(newPassword);
  await button(page, "Change the password").click();
  await heading(page, "Your password is changed");
  await page.goto(`${runtime.url}/reset-password#token=${token}`);
  await page.reload();
  await page.getByLabel("New password").fill(newPassword);
  await button(page, "Change the password").click();
  await heading(page, "This link does not count");
  await page.getByText("The link has been used or replaced already.").waitFor();

  // Two devices; the first ends the second.
  await signIn(page, { email, password: newPassword });
  await heading(page, "Your account");
  const other = await device("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
  await signIn(other.page, { email, password: newPassword });
  await heading(other.page, "Your account");
  await page.reload();
  await button(page, "End the session of Firefox on Linux").click();
  await page.getByText("The session of Firefox on Linux has ended.").waitFor();
  await other.page.reload();
  await heading(other.page, "Sign in");

  // Name and address.
  await page.getByLabel("Name", { exact: true }).fill("Ada Lovelace");
  await button(page, "Save name").click();
  await page.getByRole("button", { name: "Account: Ada Lovelace" }).waitFor();
  await page.getByLabel("New address").fill(moved);
  await button(page, "Change address").click();
  await page.getByText(`We wrote to ${moved}.`).waitFor();
  await page.getByText(`Asked to use ${moved} from now on`).waitFor();
  await expectFit(page);
  const change = await linkTo(runtime, moved, "/change-email");
  await page.goto(`${runtime.url}/change-email#token=${change}`);
  await button(page, "Change my address").click();
  await page.getByText(`From now on you sign in with ${moved}.`).waitFor();
});
