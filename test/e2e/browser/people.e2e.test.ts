/** An organization and its people in a real browser: invited, limited by their roles, and shown why. */
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from "vitest";
import type { Invitation } from "../../../protocol/api/invitations.ts";
import type { Member } from "../../../protocol/api/members.ts";
import type { Role } from "../../../protocol/api/roles.ts";
import { buildDashboard } from "../../../scripts/dashboard.ts";
import { linkTo } from "../../../scripts/demo/sign-up.ts";
import { until } from "../../harness/until.ts";
import {
  launchBrowser,
  seriousViolations,
  sidewaysOverflow,
  switchColours,
  type TestBrowser,
} from "./browser.ts";
import { ask, type Owned, password, signIn, startWithOwner } from "./two-people.ts";

const desktop = { width: 1280, height: 860 };
const phone = { width: 360, height: 740 };
const patienceMs = 60_000;
const grace = { name: "Grace", email: "grace@example.test" };

let world: Owned;
let chromium: TestBrowser;
let owner: Page;
let guest: Page;
let graceId = "";
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  buildDashboard();
  [world, chromium] = await Promise.all([startWithOwner(), launchBrowser()]);
  owner = await signIn(await newContext(), world.runtime.url, world.owner);
  owner.setDefaultTimeout(patienceMs);
  guest = await (await newContext()).newPage();
  guest.setDefaultTimeout(patienceMs);
});

async function newContext(): Promise<BrowserContext> {
  const context = await chromium.browser.newContext({ viewport: desktop, reducedMotion: "reduce" });
  contexts.push(context);
  return context;
}

beforeEach(() => {
  onTestFailed(async () => {
    for (const page of [owner, guest])
      console.error(`The page at ${page.url()} showed:\n${await page.locator("body").ariaSnapshot()}`);
    console.error(`The runtime:\n${world.runtime.log().slice(-4000)}`);
  });
});

afterAll(async () => {
  await chromium?.close();
  await world?.stop();
});

const go = (page: Page, path: string) => page.goto(`${world.runtime.url}${path}`);
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const press = (page: Page, name: string) => button(page, name).click();
const open = (page: Page, name: string) =>
  page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true }).click();
const heading = (page: Page, name: string) => page.getByRole("heading", { name, exact: true }).waitFor();
const dialog = (page: Page) => page.getByRole("dialog");
const confirm = (page: Page, name: string) =>
  page.getByRole("alertdialog").getByRole("button", { name }).click();
const orgPath = () => `/orgs/${world.organization}`;

async function members(): Promise<Member[]> {
  return (await world.call<{ items: Member[] }>("GET", `/v1${orgPath()}/members`)).items;
}

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

/** The control is there, cannot be used, and says why. */
async function expectRefused(page: Page, name: string, reason: string): Promise<void> {
  const control = button(page, name).first();
  await control.and(page.locator("[aria-disabled=true]")).waitFor();
  expect(await control.getAttribute("title")).toContain(reason);
}

test("an owner invites a person, who joins in another browser by the link of the mail", async () => {
  await open(owner, "Members");
  await owner.getByRole("row").filter({ hasText: world.owner.email }).getByText("you").waitFor();
  await expectGoodLooks(owner);
  await press(owner, "Invite a person");
  await dialog(owner).getByLabel("E-mail").fill(grace.email);
  await dialog(owner).getByLabel("Role").selectOption("viewer");
  await expectGoodLooks(owner);
  await press(owner, "Send the invitation");
  const row = owner.getByRole("row").filter({ hasText: grace.email });
  await row.getByText("waits for an answer").waitFor();
  await expectGoodLooks(owner);

  const token = await linkTo(world.runtime, grace.email, "/invitation");
  await go(guest, `/invitation#token=${token}`);
  await heading(guest, "Join Ada Ltd");
  await guest.getByText(`Ada invites ${grace.email} to be viewer of Ada Ltd.`).waitFor();
  await guest.getByLabel("Your name").fill(grace.name);
  await guest.getByLabel("Password").fill("too short");
  await expectGoodLooks(guest);
  await guest.getByLabel("Password").fill(password);
  await press(guest, "Create the account and join");
  await guest.getByRole("navigation", { name: "Main" }).waitFor();

  await owner.getByRole("tab", { name: "Members" }).click();
  await owner.getByRole("link", { name: grace.name, exact: true }).waitFor();
  graceId = (await members()).find((each) => each.email === grace.email)?.userId ?? "";
  expect(graceId).toMatch(/^usr_/);

  // The same link once more: it says that it was used, and what to do.
  await go(guest, `/invitation#token=${token}`);
  await heading(guest, "This invitation does not count");
  await guest.getByRole("alert").waitFor();
  await expectGoodLooks(guest);
});

test("what the role of a viewer does not allow is shown as refused with its reason, and the API refuses it", async () => {
  await go(guest, `/fleets/${world.fleet}`);
  await expectRefused(guest, "Add an agent", "nothing that you have allows enrollment_token.write");
  await open(guest, "Fleets");
  await expectRefused(guest, "New fleet", "fleet.write");
  await expectGoodLooks(guest);
  // By keyboard: the reason is said, and nothing opens.
  await button(guest, "New fleet").focus();
  await guest.keyboard.press("Enter");
  await guest.getByText("Your role in Ada Ltd is viewer").waitFor();
  expect(await dialog(guest).count()).toBe(0);
  await open(guest, "Configs");
  await expectRefused(guest, "New config", "config.write");
  await open(guest, "Members");
  await expectRefused(guest, "Invite a person", "member.write");
  await guest.getByRole("row").filter({ hasText: world.owner.email }).waitFor();
  await open(guest, "Settings");
  await expectRefused(guest, "Delete the organization", "organization.delete");
  await expectGoodLooks(guest);

  // Pages that are not theirs say so instead of failing; what they may not read is not offered.
  const links = guest.getByRole("navigation", { name: "Main" }).getByRole("link");
  expect(await links.filter({ hasText: "API keys" }).count()).toBe(0);
  await go(guest, `${orgPath()}/api-keys`);
  await heading(guest, "This is not open to you");
  await go(guest, `/fleets/${world.fleet}/deploy`);
  await heading(guest, "This is not open to you");
  await expectGoodLooks(guest);

  // The same, asked of the API with this person's own token.
  const signedIn = await ask(world.runtime, "POST", "/v1/auth/sign-in?tokens=body", {
    body: { email: grace.email, password },
  });
  const token = (JSON.parse(signedIn.text) as { accessToken: string }).accessToken;
  const wanted: [string, string, unknown][] = [
    ["POST", `/v1${orgPath()}/invitations`, { email: "eve@example.test", role: "owner" }],
    ["PATCH", `/v1${orgPath()}/members/${graceId}`, { role: "owner" }],
    ["GET", `/v1${orgPath()}/api-keys`, undefined],
    ["POST", `/v1/projects/${world.project}/fleets`, { name: "mine" }],
    ["DELETE", `/v1${orgPath()}?confirm=ada-ltd`, undefined],
  ];
  for (const [method, path, body] of wanted) {
    const { status, text } = await ask(world.runtime, method, path, { token, body });
    expect([path, status, (JSON.parse(text) as { code: string }).code]).toEqual([path, 403, "forbidden"]);
  }
});

test("a role that changes is followed by the page of whom it concerns", async () => {
  await open(owner, "Members");
  await press(owner, `Change role of ${grace.name}`);
  await dialog(owner).getByLabel("Role").selectOption("operator");
  await press(owner, "Change the role");
  await owner.getByRole("row").filter({ hasText: grace.email }).getByText("operator").waitFor();
  await guest.reload();
  await go(guest, `/projects/${world.project}/configs`);
  await guest.getByRole("link", { name: "New config", exact: true }).waitFor();
});

test("a role of one's own is written, refused at the field, and somebody else's change in between is shown", async () => {
  await open(owner, "Roles");
  await owner.getByText("operator", { exact: true }).first().click();
  await owner.getByText("rollout.approve").first().waitFor();
  await expectGoodLooks(owner);
  await owner.getByRole("link", { name: "Write the first role" }).click();
  await owner.getByLabel("Name").fill("operator");
  await owner.getByRole("checkbox", { name: "agent read" }).check();
  await owner.getByRole("checkbox", { name: "agent operate" }).check();
  await owner.getByLabel("Where it holds").selectOption("agents");
  await owner.getByLabel("Labels").fill("role in (web");
  await expectGoodLooks(owner);
  await press(owner, "Create the role");
  await owner.locator("[aria-invalid=true]").first().waitFor();
  await owner.getByLabel("Name").fill("Web restarts");
  await owner.getByLabel("Labels").fill("role=web");
  await press(owner, "Create the role");
  await owner.getByRole("link", { name: "Web restarts" }).click();
  await heading(owner, "Web restarts");

  const { items } = await world.call<{ items: Role[] }>("GET", `/v1${orgPath()}/roles`);
  const role = items.find((each) => each.name === "Web restarts");
  await world.call("PATCH", `/v1/roles/${role?.id}`, { description: "Restarts of the web tier" });
  await owner.getByLabel("Name").fill("Web tier restarts");
  await press(owner, "Save the role");
  const changed = owner.getByRole("alert").filter({ hasText: "Somebody changed this" });
  await changed.getByText("Restarts of the web tier").waitFor();
  await expectGoodLooks(owner);
  await press(owner, "Load what is there now");
  await owner.getByLabel("Name").fill("Web tier restarts");
  await press(owner, "Save the role");
  await heading(owner, "Web tier restarts");
});

test("a further role in one environment is given, explained and taken away", async () => {
  await open(owner, "Members");
  await owner.getByRole("link", { name: grace.name, exact: true }).click();
  await heading(owner, grace.name);
  await press(owner, "Give a role");
  await dialog(owner).getByLabel("Role").selectOption("admin");
  await dialog(owner).getByLabel("Where it holds").selectOption("environment");
  await dialog(owner).getByLabel("Project").selectOption({ index: 1 });
  await dialog(owner).getByLabel("Environment").selectOption({ index: 1 });
  await expectGoodLooks(owner);
  await press(owner, "Give the role");
  const given = owner.getByRole("list", { name: "Further roles" }).getByRole("listitem");
  await given.getByText("admin").waitFor();

  const explain = owner.getByRole("region").filter({ hasText: "Why may they" }).or(owner.locator("form"));
  await explain.getByLabel("Permission").selectOption("environment.write");
  await press(owner, "Explain");
  await owner.getByRole("status").getByText("may not", { exact: true }).waitFor();
  const form = owner.locator("form").filter({ has: owner.getByLabel("Permission") });
  await form.getByLabel("Project").selectOption({ index: 1 });
  await form.getByLabel("Environment").selectOption({ index: 1 });
  await press(owner, "Explain");
  await owner.getByRole("status").getByText("may", { exact: true }).waitFor();
  await owner.getByRole("status").getByText("role admin").first().waitFor();
  await expectGoodLooks(owner);

  await press(owner, "Take away the role admin");
  await confirm(owner, "Take the role away");
  await given.waitFor({ state: "detached" });
});

test("a team gets a member and a role", async () => {
  await open(owner, "Teams");
  await press(owner, "Create a team");
  await dialog(owner).getByLabel("Name").fill("On call");
  await dialog(owner).getByRole("button", { name: "Create team" }).click();
  await heading(owner, "On call");
  await press(owner, "Add a member");
  await dialog(owner)
    .getByLabel("Person")
    .selectOption({ label: `${grace.name}, ${grace.email}` });
  await press(owner, "Add to the team");
  await owner
    .getByRole("list", { name: "Members of the team" })
    .getByRole("link", { name: grace.name })
    .waitFor();
  await expectGoodLooks(owner);
  expect((await members()).find((each) => each.userId === graceId)?.teams.map(({ name }) => name)).toEqual([
    "On call",
  ]);
});

test("a service account has a key that is shown once, rotated with an overlap, and revoked", async () => {
  await open(owner, "Service accounts");
  await press(owner, "Create a service account");
  await dialog(owner).getByLabel("Name").fill("pipeline");
  await dialog(owner).getByLabel("Role").selectOption("operator");
  await dialog(owner).getByRole("button", { name: "Create service account" }).click();
  await heading(owner, "pipeline");
  await press(owner, "New key");
  await dialog(owner).getByLabel("Name").fill("deploys");
  await dialog(owner).getByLabel("Requests a minute").fill("999999");
  await press(owner, "Make the key");
  await dialog(owner).locator("[aria-invalid=true]").waitFor();
  await expectGoodLooks(owner);
  await dialog(owner).getByLabel("Requests a minute").fill("60");
  await press(owner, "Make the key");
  const secret = owner.getByRole("region", { name: "API key", exact: true });
  const first = (await secret.textContent()) ?? "";
  const read = (key: string) => ask(world.runtime, "GET", `/v1/fleets/${world.fleet}`, { token: key });
  expect((await read(first)).status).toBe(200);
  await expectGoodLooks(owner);
  await press(owner, "It is copied");
  await secret.waitFor({ state: "detached" });
  await owner.getByRole("button", { name: /^Rotate deploys/ }).click();
  await press(owner, "Rotate the key");
  await owner.getByText("Copy deploys now").waitFor();
  const second = (await secret.textContent()) ?? "";
  expect(second).not.toBe(first);
  expect([(await read(first)).status, (await read(second)).status]).toEqual([200, 200]);
  await owner.getByText("replaced", { exact: true }).waitFor();
  await expectGoodLooks(owner);
  await open(owner, "API keys");
  await owner.getByRole("row").filter({ hasText: "deploys" }).first().getByText("pipeline").waitFor();
  await expectGoodLooks(owner);
});

test("an invitation is for its address only, is replaced by another, and ends when it is revoked", async () => {
  const email = "eve@example.test";
  const invite = async () => {
    await press(owner, "Invite a person");
    await dialog(owner).getByLabel("E-mail").fill(email);
    await press(owner, "Send the invitation");
    await dialog(owner).waitFor({ state: "detached" });
  };
  await open(owner, "Members");
  await invite();
  const first = await linkTo(world.runtime, email, "/invitation");
  await press(owner, `Send again to ${email}`);
  await owner.getByText(`The mail to ${email} was sent a moment ago.`).waitFor();
  await invite();
  let second = first;
  await until("a second mail came", async () => {
    second = await linkTo(world.runtime, email, "/invitation");
    return second !== first;
  });

  await go(guest, `/invitation#token=${second}`);
  await guest.getByText("You are signed in as").waitFor();
  await expectGoodLooks(guest);
  await go(guest, `/invitation#token=${first}`);
  await guest.reload();
  await heading(guest, "This invitation does not count");

  await press(owner, `Revoke the invitation of ${email}`);
  await confirm(owner, "Revoke the invitation");
  await button(owner, `Revoke the invitation of ${email}`).waitFor({ state: "detached" });
  await go(guest, `/invitation#token=${second}`);
  await guest.reload();
  await heading(guest, "This invitation does not count");
  const { items } = await world.call<{ items: Invitation[] }>("GET", `/v1${orgPath()}/invitations`);
  expect(items.filter((each) => each.status === "open")).toEqual([]);
});

test("another organization is made, switched to, renamed, deleted with its short name typed, and restored", async () => {
  await owner.getByRole("button", { name: "Organization: Ada Ltd" }).click();
  await owner.getByRole("menuitem", { name: "New organization" }).click();
  await dialog(owner).getByLabel("Name").fill("Second Try");
  await dialog(owner).getByRole("button", { name: "Create organization" }).click();
  await owner.getByRole("button", { name: "Organization: Second Try" }).waitFor();
  await open(owner, "Settings");
  await owner.getByLabel("Name", { exact: true }).fill("Second Home");
  await owner.getByLabel("Short name").fill("second-home");
  await press(owner, "Save");
  await owner.getByRole("button", { name: "Organization: Second Home" }).waitFor();
  await expectGoodLooks(owner);

  await press(owner, "Delete the organization");
  const sure = owner.getByRole("alertdialog").getByRole("button", { name: "Delete the organization" });
  expect(await sure.isEnabled()).toBe(false);
  await owner.getByLabel("Type second-home to confirm").fill("second-home");
  await expectGoodLooks(owner);
  await sure.click();
  await owner.getByRole("list", { name: "Organizations" }).getByText("deleted").waitFor();
  await expectGoodLooks(owner);
  await owner.getByRole("link", { name: "Second Home" }).click();
  await owner.getByText("Second Home is deleted.", { exact: true }).waitFor();
  await expectGoodLooks(owner);
  await press(owner, "Restore the organization");
  await owner.getByText("Second Home is deleted.", { exact: true }).waitFor({ state: "detached" });

  await owner.getByRole("button", { name: "Organization: Second Home" }).click();
  await owner.getByRole("menuitemradio", { name: "Ada Ltd" }).click();
  await owner.getByRole("button", { name: "Organization: Ada Ltd" }).waitFor();
});

test("a member is removed, and is inside no longer", async () => {
  await open(owner, "Members");
  await press(owner, `Remove ${grace.name}`);
  await confirm(owner, "Remove the member");
  await owner.getByRole("link", { name: grace.name, exact: true }).waitFor({ state: "detached" });
  await go(guest, "/");
  await guest.getByText("You are in no organization").waitFor();
  await expectGoodLooks(guest);
});
