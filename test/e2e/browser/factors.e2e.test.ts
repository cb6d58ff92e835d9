/** What is shown beside the password, in a real browser with the browser's own virtual authenticator. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { TOTP } from "otpauth";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from "vitest";
import { buildDashboard } from "../../../scripts/dashboard.ts";
import { signUpByMail } from "../../../scripts/demo/sign-up.ts";
import { type HranaServer, startHranaServer } from "../../harness/hrana-server.ts";
import { makeStateDir, type RunningRuntime, startRuntime } from "../../harness/runtime.ts";
import {
  launchBrowser,
  seriousViolations,
  sidewaysOverflow,
  switchColours,
  type TestBrowser,
} from "./browser.ts";

const desktop = { width: 1280, height: 860 };
const phone = { width: 360, height: 740 };
const patienceMs = 60_000;
const person = { name: "Ada", email: "ada@example.test", password: "violet kettle under nine bridges" };
const periodMs = 30_000;

let store: HranaServer;
let runtime: RunningRuntime;
let chromium: TestBrowser;
let context: BrowserContext;
let page: Page;
/** Passkeys belong to a host name. */
let url: string;
const stateDir = makeStateDir();
const complaints: string[] = [];

beforeAll(async () => {
  buildDashboard();
  store = await startHranaServer(join(stateDir, "metadata.db"));
  [runtime, chromium] = await Promise.all([
    startRuntime({ stateDir, vars: { DATABASE_URL: store.url, DATABASE_AUTH_TOKEN: store.authToken } }),
    launchBrowser(),
  ]);
  url = `http://localhost:${runtime.port}`;
  await signUpByMail({ ...runtime, url }, { ...person, organizationName: "Ada Ltd" });
  context = await chromium.browser.newContext({ viewport: desktop, reducedMotion: "reduce" });
  page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  page.on("pageerror", (error) => complaints.push(`page error: ${error.message}`));
  page.on("console", (message) => {
    if (/Content.Security.Policy/i.test(message.text())) complaints.push(message.text());
  });
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
});

beforeEach(() => {
  onTestFailed(async () => {
    console.error(`The page at ${page.url()} showed:\n${await page.locator("body").ariaSnapshot()}`);
    console.error(`The runtime:\n${runtime.log().slice(-4000)}`);
  });
});

afterAll(async () => {
  await chromium?.close();
  await runtime?.stop();
  await store?.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

const button = (name: string) => page.getByRole("button", { name, exact: true });
const press = (name: string) => button(name).click();
const dialog = (name: string) => page.getByRole("dialog", { name });
const inside = () => page.getByRole("navigation", { name: "Main" }).waitFor();
const openAccount = () => page.goto(`${url}/account`);

async function givePassword(): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await press("Sign in");
}

async function signOut(): Promise<void> {
  await page.getByRole("button", { name: "Account:" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
}

/** Keeps the new codes as a person must, and answers them. */
async function keepCodes(): Promise<string[]> {
  const shown = dialog("Keep your recovery codes");
  const text = (await shown.getByLabel("recovery codes", { exact: true }).textContent()) ?? "";
  await page.keyboard.press("Escape");
  expect(await button("Done").isDisabled()).toBe(true);
  const download = page.waitForEvent("download");
  await press("Download");
  expect((await download).suggestedFilename()).toBe("muster-recovery-codes.txt");
  await page.getByLabel("I have kept them.").check();
  await press("Done");
  await shown.waitFor({ state: "detached" });
  return text.split("\n").filter((line) => line !== "");
}

/** WCAG AA in light and dark, and nothing to scroll sideways on a phone. */
async function expectGoodLooks(): Promise<void> {
  const found: string[] = [];
  for (const look of ["dark", "phone", "light"] as const) {
    await switchColours(page, look === "dark" ? "dark" : "light");
    await page.setViewportSize(look === "phone" ? phone : desktop);
    found.push(...(await seriousViolations(page)).map((violation) => `${look}: ${violation}`));
    if (look === "phone") expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize(desktop);
  expect(found).toEqual([]);
}

let lastStep = 0;

/** The next code that still counts: each step's counts once, and the ones beside now count too. */
async function nextCode(secret: string): Promise<string> {
  const step = Math.max(lastStep + 1, Math.floor(Date.now() / periodMs) - 1);
  await sleep(Math.max(0, (step - 1) * periodMs - Date.now()));
  lastStep = step;
  return new TOTP({ secret }).generate({ timestamp: step * periodMs });
}

test("a passkey is added, named, and signs in without the password", { timeout: 240_000 }, async () => {
  await givePassword();
  await inside();
  await openAccount();
  await press("Add a passkey");
  await dialog("Name the passkey").getByLabel("Name").fill("Test laptop");
  await press("Add the passkey");
  await page.getByRole("heading", { name: "Keep your recovery codes" }).waitFor();
  await expectGoodLooks();
  expect(await keepCodes()).toHaveLength(10);
  await page.getByText("10 left").waitFor();
  await expectGoodLooks();

  await signOut();
  await expectGoodLooks();
  await press("Sign in with a passkey");
  await inside();
  await openAccount();
  await page.getByText("Test laptop", { exact: true }).waitFor();
  await press("Rename Test laptop");
  await dialog("Rename the passkey").getByLabel("Name").fill("Old laptop");
  await press("Rename");
  await page.getByText("Old laptop", { exact: true }).waitFor();
  // The device knows that it has one already.
  await press("Add a passkey");
  await page.getByText("This device has a passkey for you already").waitFor();
});

test("the password alone does not do any more: the passkey is the second step", {
  timeout: 240_000,
}, async () => {
  await signOut();
  await givePassword();
  await page.getByRole("heading", { name: "Second step" }).waitFor();
  await expectGoodLooks();
  await press("Show a passkey");
  await inside();
});

test("an authenticator app is added by its secret, and its codes are the second step", {
  timeout: 240_000,
}, async () => {
  await openAccount();
  await press("Add an app");
  const adding = dialog("Add an authenticator app");
  await adding.getByRole("img", { name: "QR code for the authenticator app" }).waitFor();
  await expectGoodLooks();
  const secret = (await adding.getByLabel("secret", { exact: true }).textContent())?.trim() ?? "";
  await adding.getByLabel("Code of your authenticator app").fill("000000");
  await press("Add the app");
  await adding.getByText("is not the code of this moment").first().waitFor();
  await adding.getByLabel("Code of your authenticator app").fill(await nextCode(secret));
  await press("Add the app");
  await adding.waitFor({ state: "detached" });

  await signOut();
  await givePassword();
  const code = page.getByLabel("Code of your authenticator app");
  await code.fill("000 000");
  await press("Sign in");
  await page.getByText("The code is wrong, or has been used already.").waitFor();
  await code.fill(await nextCode(secret));
  await press("Sign in");
  await inside();

  // Signed in long ago: what is sensitive asks for the password and a code, then goes on by itself.
  await store.client.execute("update sessions set authenticated_at = 0");
  await openAccount();
  await press("New codes");
  await press("Make new codes");
  const presence = dialog("Confirm that it is you");
  await presence.getByLabel("Password").fill("not the password");
  await presence.getByLabel("Code of your authenticator app").fill("000000");
  await presence.getByRole("button", { name: "Confirm", exact: true }).click();
  await presence.getByText("The password is wrong.").waitFor();
  await expectGoodLooks();
  await presence.getByLabel("Password").fill(person.password);
  await presence.getByLabel("Code of your authenticator app").fill(await nextCode(secret));
  await presence.getByRole("button", { name: "Confirm", exact: true }).click();
  const codes = await keepCodes();

  // A passkey confirms as well.
  await store.client.execute("update sessions set authenticated_at = 0");
  await press("Remove Old laptop");
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await presence.getByRole("button", { name: "Confirm with a passkey" }).click();
  await page.getByText("The passkey “Old laptop” is removed.").waitFor();

  await signOut();
  await givePassword();
  await press("Use a recovery code");
  await page.getByLabel("Recovery code").fill(codes[0] ?? "");
  await press("Sign in");
  await inside();
  await openAccount();
  await page.getByText("9 left").waitFor();
});

test("an organization that asks for two factors is closed without one, and open with one", {
  timeout: 240_000,
}, async () => {
  await store.client.execute("update organizations set require_two_factor = 1");
  await page
    .locator("section", { has: page.getByRole("heading", { name: "Authenticator app" }) })
    .getByRole("button", { name: "Remove" })
    .click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("Ada Ltd asks for a second factor.").waitFor();
  await page.goto(url);
  await page.getByRole("main").getByRole("link", { name: "Ada Ltd" }).click();
  await page.getByRole("heading", { name: "A second factor is asked for" }).waitFor();
  await page.getByRole("link", { name: "Add a second factor" }).click();
  await press("Add a passkey");
  await press("Add the passkey");
  await keepCodes();
  await page.goto(url);
  await page.waitForURL(/\/fleets\//);
  expect(complaints).toEqual([]);
});
