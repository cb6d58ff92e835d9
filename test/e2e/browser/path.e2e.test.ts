/** The main job in a real browser, against the real runtime, with real agents and their child processes. */
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from "vitest";
import { buildDashboard } from "../../../scripts/dashboard.ts";
import { linkTo } from "../../../scripts/demo/sign-up.ts";
import { type RunningRuntime, startRuntime } from "../../harness/runtime.ts";
import { until } from "../../harness/until.ts";
import { launchBrowser, seriousViolations, sidewaysOverflow, type TestBrowser } from "./browser.ts";
import { type GreeterAgent, startGreeterAgent } from "./greeter-agent.ts";

const desktop = { width: 1280, height: 860 };
const phone = { width: 360, height: 740 };
const patienceMs = 60_000;
const person = { organization: "Path Ltd", email: "path@example.test", password: "correct horse battery" };

let runtime: RunningRuntime;
let chromium: TestBrowser;
let context: BrowserContext;
let page: Page;
const agents: GreeterAgent[] = [];
const complaints: string[] = [];
const consoleLines: string[] = [];

beforeAll(async () => {
  buildDashboard();
  [runtime, chromium] = await Promise.all([startRuntime(), launchBrowser()]);
  context = await chromium.browser.newContext({ viewport: desktop });
  page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  page.on("pageerror", (error) => complaints.push(`page error: ${error.message}`));
  page.on("console", (message) => {
    consoleLines.push(message.text());
    if (/Content.Security.Policy/i.test(message.text())) complaints.push(message.text());
  });
});

/** A failed test says what the page showed. */
beforeEach(async () => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(desktop);
  onTestFailed(async () => {
    console.error(`The page at ${page.url()} showed:\n${await page.locator("body").ariaSnapshot()}`);
    console.error(`Its console:\n${consoleLines.slice(-20).join("\n")}`);
    console.error(`The runtime:\n${runtime.log().slice(-4000)}`);
  });
});

afterAll(async () => {
  await chromium?.close();
  await Promise.all(agents.map((agent) => agent.stop()));
  await runtime?.stop();
});

const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
const open = (name: string) =>
  page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true }).click();

/** Replaces the editor's whole text as a person would, with the keyboard. */
async function write(text: string): Promise<void> {
  const editor = page.locator(".cm-content");
  await editor.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}

/** From the config's page to the running rollout's page. */
async function deploy(fields: Record<string, string>): Promise<void> {
  await main().getByRole("link", { name: "Deploy", exact: true }).click();
  for (const [label, value] of Object.entries(fields))
    await page.getByLabel(label, { exact: true }).fill(value);
  const waves = page.getByRole("list", { name: "Waves" });
  for (const agent of agents) await waves.getByText(agent.name).waitFor();
  await button("Start the rollout").click();
  await page.getByRole("heading", { name: /^Rollout of release/ }).waitFor();
}

const main = () => page.getByRole("main");
const rowOf = (agent: GreeterAgent) => page.getByRole("row").filter({ hasText: agent.name });

test("sign up, add agents, deploy, refuse a bad config, abort, and see the price", {
  timeout: 240_000,
}, async () => {
  await page.goto(runtime.url);
  await page.getByRole("link", { name: "Create an account" }).click();
  await page.getByLabel("Organization").fill(person.organization);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await button("Create account").click();
  await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
  const link = await linkTo(runtime, person.email, "/verify");
  await page.goto(`${runtime.url}/verify#token=${link}`);
  await page.getByLabel("Password").fill(person.password);
  await button("Open my account").click();
  await page.getByRole("link", { name: "Add your first agent" }).click();

  // Add two agents with the command that the page shows.
  await page.getByLabel("Agents that may use it").fill("2");
  await button("Make the token").click();
  const command = (await page.getByRole("region", { name: "command", exact: true }).textContent()) ?? "";
  expect(command).toContain(`${runtime.url}/install.sh`);
  const token = /--token (\S+)/.exec(command)?.[1];
  if (!token) throw new Error(`the page shows no command to run: ${command}`);
  await page.getByText("Waiting for the first heartbeat").waitFor();
  await page.getByText("For another OpAMP client: endpoint and token").click();
  const endpoint = await page.getByRole("region", { name: "endpoint", exact: true }).textContent();
  // Installing is the host suite's; here the agent runs from its source.
  agents.push(await startGreeterAgent({ endpoint: endpoint ?? "", token, name: "web-1" }));
  await main().getByText("web-1 is online.").waitFor();
  agents.push(await startGreeterAgent({ endpoint: endpoint ?? "", token, name: "web-2" }));
  await main().getByText("web-2 is online.").waitFor();
  for (const agent of agents) {
    await until(`${agent.name} greets`, async () => (await agent.greeting())?.includes("Hello from Muster"));
  }

  // Write a config and roll it out.
  await open("Configs");
  await page.getByRole("link", { name: "Write the first config" }).click();
  await page.getByLabel("Name").fill("greeting");
  await write("greeting: Version one\n");
  await page.getByText("No problem found").waitFor();
  await button("Save as version 1").click();
  await page.getByRole("heading", { name: "greeting" }).waitFor();
  await deploy({ "File name": "greeter.yaml", "Wave size": "1", "Soak, seconds": "1" });
  await main().getByText("Succeeded", { exact: true }).first().waitFor();
  for (const agent of agents) {
    await until(`${agent.name} serves version one`, async () =>
      (await agent.greeting())?.includes("Version one"),
    );
  }

  // Edit it into one that is valid and breaks the service; one agent at a time, with time to look.
  await open("Configs");
  await page.getByRole("link", { name: "greeting" }).click();
  await page.locator(".cm-content").getByText("Version one").waitFor();
  await write("greeting: Version two\nfail: true\n");
  await page.getByLabel("Message").fill("breaks on purpose");
  await button("Save as new version").click();
  await page.getByText("version 2 is the latest").waitFor();
  await deploy({ "Wave size": "1", "Failures allowed": "1", "Pause between waves, seconds": "3600" });
  const failed = page.getByRole("row").filter({ hasText: "Failed" });
  await failed.filter({ hasText: "fail: true" }).waitFor();
  const name = (await failed.getByRole("link").first().textContent())?.trim();
  const broken = agents.find((agent) => agent.name === name);
  const spared = agents.find((agent) => agent.name !== name);
  if (!broken || !spared) throw new Error(`the failed row names no agent of this test: ${name}`);
  await until("the agent serves the old config again", async () =>
    (await broken.greeting())?.includes("Version one"),
  );

  // Abort: nobody else is touched.
  await button("Abort").click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Abort the rollout" }).click();
  await main()
    .getByText(/^(Cancelled|Rolled back)$/)
    .first()
    .waitFor();
  await page.getByRole("list", { name: "Waves" }).getByText("Skipped").waitFor();
  expect(await spared.greeting()).toContain("Version one");
  await rowOf(broken).getByRole("link").click();
  await page.getByRole("heading", { name: "Failed here, not offered again" }).waitFor();

  // A plan for another config keeps the first one, unless it is to be left out.
  await open("Configs");
  await page.getByRole("link", { name: "New config" }).click();
  await page.getByLabel("Name").fill("motd");
  await write("Be kind.\n");
  await page.getByText("No problem found").waitFor();
  await button("Save as version 1").click();
  await page.getByRole("heading", { name: "motd" }).waitFor();
  await main().getByRole("link", { name: "Deploy", exact: true }).click();
  const keep = page.getByLabel("Keep the other configs of the current release");
  await keep.waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  const holds = page.getByRole("list", { name: "Configs of the release" });
  await holds.getByText("greeting 1 as greeter.yaml for every agent (2 agents, kept").waitFor();
  await keep.uncheck();
  await page.getByText("2 agents lose the file greeter.yaml").waitFor();
  expect(await holds.getByRole("listitem").count()).toBe(1);

  // What it cost so far.
  await open("Usage and price");
  const invoice = page.getByRole("table").first();
  await invoice.getByText(/agent-seconds/).waitFor();
  const deliveries = page.getByRole("row").filter({ hasText: "deliveries" }).first();
  expect(await deliveries.textContent()).toMatch(/[3-9] deliveries/);
});

test("every main page holds WCAG 2.1 AA in light and dark, and none scrolls sideways on a phone", async () => {
  const links = [
    "Agents",
    "Rollouts",
    "Events",
    "Add an agent",
    "Fleets",
    "Configs",
    "Environments",
    "Usage and price",
    "API keys",
    "Settings",
  ];
  const hrefs: string[] = [];
  for (const name of links) {
    const link = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true });
    hrefs.push((await link.getAttribute("href")) ?? "");
  }
  await open("Agents");
  const agentLink = page.getByRole("row").getByRole("link").first();
  hrefs.push((await agentLink.getAttribute("href")) ?? "");
  await open("Rollouts");
  hrefs.push((await page.getByRole("row").getByRole("link").first().getAttribute("href")) ?? "");
  await open("Configs");
  const config = (await page.getByRole("row").getByRole("link").first().getAttribute("href")) ?? "";
  hrefs.push(config, `${config}?tab=versions`);

  const found: string[] = [];
  for (const look of ["light", "dark", "phone"] as const) {
    await page.emulateMedia({ colorScheme: look === "dark" ? "dark" : "light" });
    await page.setViewportSize(look === "phone" ? phone : desktop);
    for (const href of hrefs) {
      await page.goto(runtime.url + href);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
      found.push(...(await seriousViolations(page)).map((violation) => `${look} ${href}: ${violation}`));
      const overflow = await sidewaysOverflow(page);
      if (overflow > 0) found.push(`${look} ${href}: scrolls sideways by ${overflow} px`);
    }
  }
  expect(found).toEqual([]);
});

test("it works by keyboard: skip link, search, shortcuts, Esc", async () => {
  await page.goto(runtime.url);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
  await page.keyboard.press("Enter");
  expect(await page.evaluate("document.activeElement.id")).toBe("content");
  await page.keyboard.press("/");
  expect(await page.evaluate("document.activeElement.type")).toBe("search");
  await page.keyboard.type("web-2");
  await page.getByText("1 agent of 2 agents").waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("2 agents", { exact: true }).waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await page.getByRole("heading", { level: 1, name: "Rollouts" }).waitFor();
});

test("a session survives a reload, ends in every tab at once, and sign-in returns to the page", async () => {
  const asked = page.url();
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Rollouts" }).waitFor();
  const second = await context.newPage();
  await second.goto(asked);
  await second.getByRole("heading", { level: 1, name: "Rollouts" }).waitFor();

  await button(/^Account:/).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await second.getByRole("heading", { name: "Sign in" }).waitFor();
  await second.close();

  await page.goto(asked);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill("not the password");
  await button("Sign in").click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Password").fill(person.password);
  await button("Sign in").click();
  await page.getByRole("heading", { level: 1, name: "Rollouts" }).waitFor();
  expect(page.url()).toBe(asked);
});

test("what does not exist says so and what to do; nothing broke the page's own policy", async () => {
  await page.goto(`${runtime.url}/fleets/flt_01JD0000000000000000000000`);
  const alert = page.getByRole("alert").first();
  await alert.waitFor();
  expect(await alert.textContent()).toMatch(/request req_/);
  // The live feed gives up too: it would be refused for ever.
  await page.goto(`${runtime.url}/fleets/flt_01JD0000000000000000000000/rollouts`);
  await page.getByText("No such fleet").waitFor();
  await page.goto(`${runtime.url}/no-such-page`);
  await page.getByRole("link", { name: "Go to your fleets" }).waitFor();
  expect(complaints).toEqual([]);
});
