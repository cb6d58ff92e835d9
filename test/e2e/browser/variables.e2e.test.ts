/** Variables in a real browser and terminal: set, weighed, planned, rolled out, with two real agents. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import type { Config } from "../../../protocol/api/configs.ts";
import type { InputImpact, Variable } from "../../../protocol/api/variables.ts";
import { buildDashboard } from "../../../scripts/dashboard.ts";
import { type AgentProcess, startAgentProcess } from "../../harness/agent-process.ts";
import { until } from "../../harness/until.ts";
import { openTerminal, type Terminal } from "../terminal.ts";
import { launchBrowser, seriousViolations, sidewaysOverflow, type TestBrowser } from "./browser.ts";
import { type Owned, password, signIn, startWithOwner } from "./two-people.ts";

const desktop = { width: 1280, height: 860 };
const phone = { width: 360, height: 740 };

let world: Owned;
let chromium: TestBrowser;
let page: Page;
let terminal: Terminal;
const agents: AgentProcess[] = [];

beforeAll(async () => {
  buildDashboard();
  [world, chromium, terminal] = await Promise.all([startWithOwner(), launchBrowser(), openTerminal()]);
  await world.call<Config>("POST", `/v1/projects/${world.project}/configs`, {
    name: "greeting",
    kind: "file",
    content: `hello \${var:WHO}\n`,
  });
  const { secret } = await world.call<{ secret: string }>(
    "POST",
    `/v1/fleets/${world.fleet}/enrollment-tokens`,
    { maxUses: 2 },
  );
  const url = world.runtime.url;
  agents.push(startAgentProcess({ url, token: secret, name: "plain" }));
  agents.push(startAgentProcess({ url, token: secret, name: "eu", args: ["--label", "region=eu"] }));
  await until("both agents are online", async () => {
    const path = `/v1/fleets/${world.fleet}/agents?status=online`;
    return (await world.call<{ items: unknown[] }>("GET", path)).items.length === 2;
  });
  const context = await chromium.browser.newContext({ viewport: desktop, reducedMotion: "reduce" });
  page = await signIn(context, url, world.owner);
  page.setDefaultTimeout(60_000);
  const login = ["login", "--url", url, "--email", world.owner.email, "--password-stdin"];
  expect(await terminal.muster(login, { stdin: `${password}\n` })).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await terminal?.close();
  await chromium?.close();
  await world?.stop();
});

const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
const dialog = () => page.getByRole("dialog");
const files = () => agents.map((agent) => agent.file("config.txt"));
const pagePath = () => `/projects/${world.project}/environments/${world.environment}/variables`;

test("a variable is set, weighed for one agent, and rolled out", { timeout: 300_000 }, async () => {
  onTestFailed(async () => {
    console.error(`The page at ${page.url()} showed:\n${await page.locator("body").ariaSnapshot()}`);
    console.error(`The runtime:\n${world.runtime.log().slice(-3000)}`);
  });
  await page.goto(`${world.runtime.url}${pagePath()}`);
  await page.getByRole("heading", { name: /^Variables of / }).waitFor();
  await button("New variable").click();
  await dialog().getByLabel("Name").fill("WHO");
  await dialog().getByLabel("Value").fill("everybody");
  await dialog().getByRole("button", { name: "Set the variable" }).click();
  await dialog().waitFor({ state: "hidden" });

  await button("Set for others: WHO").click();
  await dialog().getByLabel("Value").fill("Europe");
  await dialog().getByLabel("Labels").fill("region=");
  await dialog().getByRole("button", { name: "Set the variable" }).click();
  await dialog()
    .getByText(/column 8/)
    .first()
    .waitFor();
  await dialog().getByLabel("Labels").fill("region=eu");
  await dialog().getByRole("button", { name: "Set the variable" }).click();
  await dialog().waitFor({ state: "hidden" });
  await page.getByRole("list", { name: "Values of WHO" }).getByText("Europe").waitFor();

  // From the terminal, with the command that the documentation names.
  const deploy = await terminal.muster(["deploy", "--config", "greeting", "--soak", "0s", "--wait"]);
  expect(deploy, deploy.stderr).toMatchObject({ code: 0 });
  expect(files()).toEqual(["hello everybody\n", "hello Europe\n"]);
  const counts = await terminal.muster(["variables", "list", "--agent", "eu"]);
  expect(counts.stdout).toMatch(/WHO\s+Europe\s+labels\s+1\s+yes/);

  await page.reload();
  await page.getByLabel("Agent", { exact: true }).selectOption({ label: "eu" });
  const row = page.getByRole("region", { name: "Variables for eu" }).getByRole("row", { name: /WHO/ });
  await row.getByText("in place of that of the environment").waitFor();
  await row.getByText("yes", { exact: true }).waitFor();

  const { items } = await world.call<{ items: Variable[] }>(
    "GET",
    `/v1/environments/${world.environment}/variables`,
  );
  const labelled = items.find(({ selector }) => selector !== "");
  await until("the fleet's current release is noted", async () => {
    const path = `/v1/variables/${labelled?.id}/impact`;
    return (await world.call<InputImpact>("GET", path)).fleets.length === 1;
  });
  await button(/^Change WHO for region=eu$/).click();
  await dialog().getByLabel("Value").fill("the Union");
  await dialog().getByRole("button", { name: "Which agents would change?" }).click();
  await dialog().getByText("1 agent would change.").waitFor();
  await dialog().getByRole("button", { name: "Save" }).click();
  await dialog().waitFor({ state: "hidden" });
  expect(files()).toEqual(["hello everybody\n", "hello Europe\n"]);

  await button(/^Impact of WHO for region=eu$/).click();
  await dialog().getByRole("link", { name: "Plan the rollout" }).click();
  await page.getByRole("heading", { name: /^Deploy to / }).waitFor();
  await page.getByText('variable WHO: "Europe" → "the Union"').waitFor();
  await button("eu").click();
  await dialog().getByText("hello the Union").waitFor();
  await dialog().getByLabel("Show").selectOption("applied");
  await dialog().getByText("hello Europe").waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await page.keyboard.press("Escape");

  const rendered = await terminal.muster([
    ...["configs", "render", "--agent", "eu", "--refresh-inputs", "--against", "desired"],
  ]);
  expect(rendered.stdout).toContain("-hello Europe\n+hello the Union");
  const refreshed = await terminal.muster(["deploy", "--refresh-inputs", "--soak", "0s", "--wait"]);
  expect(refreshed, refreshed.stderr).toMatchObject({ code: 0 });
  expect(files()).toEqual(["hello everybody\n", "hello the Union\n"]);
});

test("the page is readable by everybody, and on a phone", { timeout: 120_000 }, async () => {
  await page.goto(`${world.runtime.url}${pagePath()}`);
  await page.getByRole("list", { name: "Values of WHO" }).waitFor();
  await page.getByRole("region", { name: /^Variables for / }).waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await page.setViewportSize(phone);
  expect(await sidewaysOverflow(page)).toBe(0);
});
