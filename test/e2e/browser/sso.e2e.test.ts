/**
 * Single sign-on in a real browser, through the pages of a real OpenID provider; and the page that approves a device.
 * Muster is at `localhost` and the provider at `127.0.0.1`: two sites, so that cookies are held to what they say.
 */
import { rmSync } from "node:fs";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from "vitest";
import type { Session } from "../../../protocol/api/auth.ts";
import type { DeviceAuthorization } from "../../../protocol/api/device.ts";
import type { SsoConnection } from "../../../protocol/api/sso.ts";
import { buildDashboard } from "../../../scripts/dashboard.ts";
import { signUpByMail } from "../../../scripts/demo/sign-up.ts";
import { startResolver, type TestResolver } from "../../harness/dns-resolver.ts";
import { startProvider, type TestProvider } from "../../harness/oidc-provider.ts";
import { makeStateDir, type RunningRuntime, startRuntime } from "../../harness/runtime.ts";
import {
  launchBrowser,
  seriousViolations,
  sidewaysOverflow,
  switchColours,
  type TestBrowser,
} from "./browser.ts";
import { ask, password, signIn } from "./two-people.ts";

const desktop = { width: 1280, height: 860 };
const phone = { width: 360, height: 740 };
const domain = "acme.example";
const ada = { email: `ada@${domain}` };
const stateDir = makeStateDir();

let provider: TestProvider;
let resolver: TestResolver;
let runtime: RunningRuntime;
let chromium: TestBrowser;
let token = "";
let organization = "";
let owner: Page;
let guest: Page;

/** As people reach it. */
const home = () => `http://localhost:${runtime.port}`;

beforeAll(async () => {
  buildDashboard();
  resolver = await startResolver();
  provider = await startProvider(() => [`${home()}/v1/auth/sso/callback`]);
  const vars = { WEBHOOK_ALLOWED_HOSTS: provider.host, WEBHOOK_DNS_URL: resolver.url };
  [runtime, chromium] = await Promise.all([startRuntime({ stateDir, vars }), launchBrowser()]);
  const made = await signUpByMail(runtime, { ...ada, name: "Ada", password, organizationName: "Acme" });
  token = made.accessToken;
  organization = made.created.organization;
  owner = await signIn(await newContext(), home(), ada);
  guest = await (await newContext()).newPage();
});

async function newContext(): Promise<BrowserContext> {
  const context = await chromium.browser.newContext({ viewport: desktop, reducedMotion: "reduce" });
  context.setDefaultTimeout(30_000);
  return context;
}

beforeEach(() => {
  onTestFailed(async () => {
    for (const page of [owner, guest])
      console.error(`The page at ${page.url()} showed:\n${await page.locator("body").ariaSnapshot()}`);
    console.error(`The runtime:\n${runtime.log().slice(-4000)}`);
  });
});

afterAll(async () => {
  await chromium?.close();
  await runtime?.stop();
  await provider?.close();
  resolver?.close();
  rmSync(stateDir, { recursive: true, force: true });
});

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const inside = (page: Page) => page.getByRole("navigation", { name: "Main" }).waitFor();

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
  await page.setViewportSize(desktop);
  expect(found).toEqual([]);
}

/** At the provider's own page. */
async function signInThere(page: Page, login: string): Promise<void> {
  await page.waitForURL(`${provider.issuer}/**`);
  await page.locator("[name=login]").fill(login);
  await page.locator("[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
}

async function byWorkAddress(page: Page, email: string): Promise<void> {
  await page.goto(`${home()}/sign-in`);
  await press(page, "Single sign-on");
  await page.getByLabel("Work address").fill(email);
  await press(page, "Go on to your provider");
}

test("an owner sets a connection up, proves the domain, maps a group and tests it", async () => {
  await owner.getByRole("link", { name: "Single sign-on" }).click();
  await owner.getByText("No connection yet").waitFor();
  await expectGoodLooks(owner);
  await press(owner, "New connection");
  await owner.getByLabel("Name").fill("Test provider");
  await owner.getByLabel("Issuer").fill("https://10.0.0.1");
  await owner.getByLabel("Client id").fill(provider.clientId);
  await owner.getByLabel("Client secret").fill(provider.clientSecret);
  await press(owner, "Make the connection");
  await owner.getByRole("alert").getByText("names a place inside a network").first().waitFor();
  await expectGoodLooks(owner);
  await owner.getByLabel("Issuer").fill(provider.issuer);
  await press(owner, "Make the connection");
  await owner.getByRole("heading", { name: "Test provider", exact: true }).waitFor();

  await press(owner, "Test the connection");
  await owner.getByText("No domain is verified").waitFor();
  await owner.getByLabel("Domain").fill(domain);
  await press(owner, "Claim the domain");
  await press(owner, `Verify ${domain}`);
  await owner.getByRole("alert").getByText("has no TXT record yet").first().waitFor();
  await expectGoodLooks(owner);
  const path = `/v1/orgs/${organization}/sso-connections`;
  const { items } = JSON.parse((await ask(runtime, "GET", path, { token })).text) as {
    items: SsoConnection[];
  };
  const record = items[0]?.domains[0]?.record;
  await owner.getByText(record?.value ?? "no record", { exact: true }).waitFor();
  resolver.texts.set(record?.name ?? "", [record?.value ?? ""]);
  await press(owner, `Verify ${domain}`);
  await owner.getByText("verified", { exact: true }).waitFor();

  await owner.getByLabel("Scopes").fill("openid email profile groups");
  await press(owner, "Save the provider");
  await owner.getByText("The provider's settings are saved.").waitFor();
  await press(owner, "Add a group");
  await owner.getByLabel("Group", { exact: true }).fill("ops");
  await press(owner, "Save the groups");
  await owner.getByRole("alert").getByText("must give a role, a team or both").first().waitFor();
  await owner.getByLabel("Role", { exact: true }).selectOption("operator");
  await press(owner, "Save the groups");
  await owner.getByText("The groups are saved").waitFor();
  await press(owner, "Switch on");
  await owner.getByText("People can sign in by it.").waitFor();
  await press(owner, "Test the connection");
  await owner.getByText("Everything that can be tried holds.").waitFor();
  await expectGoodLooks(owner);
});

test("a person of the domain signs in at the provider, joins, and has what the group gives", async () => {
  provider.accounts.set("grace", {
    email: `grace@${domain}`,
    email_verified: true,
    name: "Grace Hopper",
    groups: ["ops"],
  });
  await guest.goto(`${home()}/sign-in`);
  await press(guest, "Single sign-on");
  await guest.getByLabel("Work address").fill("grace@nowhere.example");
  await press(guest, "Go on to your provider");
  await guest.getByText("No organization has set up single sign-on for this domain").waitFor();
  await expectGoodLooks(guest);
  await byWorkAddress(guest, `grace@${domain}`);
  await signInThere(guest, "grace");
  await inside(guest);
  expect(new URL(guest.url()).origin).toBe(home());
  // The session stays: the cookie is taken along from our own pages.
  await guest.reload();
  await inside(guest);
  await guest.goto(`${home()}/orgs/${organization}/members`);
  const row = guest.getByRole("row").filter({ hasText: `grace@${domain}` });
  await row.getByText("operator").waitFor();
});

test("who may not come in is told why on the sign-in page", async () => {
  const page = await (await newContext()).newPage();
  for (const [login, account, text] of [
    ["nobody", { email: `nobody@${domain}`, email_verified: true }, "None of your groups has a role here"],
    [
      "loose",
      { email: `loose@${domain}`, email_verified: false },
      "does not say that your e-mail address is verified",
    ],
  ] as const) {
    provider.accounts.set(login, account);
    await page.context().clearCookies();
    await byWorkAddress(page, `${login}@${domain}`);
    await signInThere(page, login);
    await page.getByRole("alert").getByText(text).waitFor();
  }
  await expectGoodLooks(page);
});

test("an owner requires it, and gets in by it from where a password no longer leads", async () => {
  provider.accounts.set("ada", { email: ada.email, email_verified: true, name: "Ada", groups: [] });
  const page = await (await newContext()).newPage();
  await byWorkAddress(page, ada.email);
  await signInThere(page, "ada");
  await inside(page);
  await page.goto(`${home()}/orgs/${organization}/sso`);
  await press(page, "Require single sign-on");
  await press(page, "Require it");
  await page.getByText("Members get in only by single sign-on.").waitFor();
  await expectGoodLooks(page);

  await owner.goto(`${home()}/orgs/${organization}/sso`);
  await press(owner, "Go on by single sign-on");
  await signInThere(owner, "ada");
  await owner.getByText("Members get in only by single sign-on.").waitFor();
  await press(owner, "Take other sign-ins again");
  await owner.getByText("Members also get in with a password or a passkey.").waitFor();
});

test("a person approves a device, whose session is theirs to end", async () => {
  const begin = async () =>
    JSON.parse(
      (await ask(runtime, "POST", "/v1/auth/device", { body: { client: "muster on web-1" } })).text,
    ) as DeviceAuthorization;
  const poll = async ({ device_code }: DeviceAuthorization) => {
    const { text } = await ask(runtime, "POST", "/v1/auth/device/token", { body: { device_code } });
    return JSON.parse(text) as Session & { error?: string };
  };
  const [wanted, unwanted] = [await begin(), await begin()];

  await guest.goto(`${home()}/device`);
  await guest.getByLabel("Code").fill("BBBB-BBBB");
  await press(guest, "Look it up");
  await guest.getByText("No device waits with this code").first().waitFor();
  await expectGoodLooks(guest);
  await guest.getByLabel("Code").fill(unwanted.user_code);
  await press(guest, "Look it up");
  await press(guest, "Deny");
  await guest.getByRole("heading", { name: "Denied" }).waitFor();
  expect((await poll(unwanted)).error).toBe("access_denied");

  // Who is not signed in yet comes back to the code.
  const fresh = await (await newContext()).newPage();
  const link = new URL(wanted.verification_uri_complete);
  await fresh.goto(`${home()}${link.pathname}${link.search}`);
  await fresh.getByLabel("E-mail").fill(ada.email);
  await fresh.getByLabel("Password").fill(password);
  await press(fresh, "Sign in");
  await fresh.getByText(wanted.user_code).waitFor();
  await fresh.getByText("muster on web-1").waitFor();
  await expectGoodLooks(fresh);
  await press(fresh, "Approve");
  await fresh.getByRole("heading", { name: "Approved" }).waitFor();
  await expectGoodLooks(fresh);
  const session = await poll(wanted);
  expect(session.user.email).toBe(ada.email);
});
