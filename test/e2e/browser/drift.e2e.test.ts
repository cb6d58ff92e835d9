/** Drift in a real browser: somebody edits the file of a supervised program by hand, and each page says so and mends it. */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import type { Config, ConfigVersionDetail } from "../../../protocol/api/configs.ts";
import type { Rollout } from "../../../protocol/api/rollouts.ts";
import { buildDashboard } from "../../../scripts/dashboard.ts";
import { until } from "../../harness/until.ts";
import {
  launchBrowser,
  seriousViolations,
  sidewaysOverflow,
  switchColours,
  type TestBrowser,
} from "./browser.ts";
import { type GreeterAgent, startGreeterAgent } from "./greeter-agent.ts";
import { type Owned, signIn, startWithOwner } from "./two-people.ts";

const desktop = { width: 1280, height: 860 };
const phone = { width: 360, height: 740 };
const given = "# By Muster\ngreeting: Good morning\n";

let world: Owned;
let chromium: TestBrowser;
let page: Page;
let greeter: GreeterAgent;
let config: Config;
let agentId: string;

const main = () => page.getByRole("main");
const button = (name: string) => main().getByRole("button", { name, exact: true });
const differs = (name: string) => main().getByRole("region", { name: `What was changed in ${name}` });
const dialog = () => page.getByRole("alertdialog");
const onDisk = () => readFileSync(greeter.file, "utf8");
const beside = (name: string) => join(dirname(greeter.file), name);
const says = (greeting: string) =>
  until(`it says ${greeting}`, async () => ((await greeter.greeting()) === greeting ? true : null), 60_000);

async function newestRolloutEnds(count: number): Promise<Rollout> {
  return until(
    `rollout ${count} has succeeded`,
    async () => {
      const path = `/v1/fleets/${world.fleet}/rollouts`;
      const { items } = await world.call<{ items: Rollout[] }>("GET", path);
      return items.length === count && items[0]?.state === "succeeded" ? items[0] : null;
    },
    60_000,
  );
}

/** As it stands: no serious fault, nothing wider than a phone. Pictures for whoever asks for them. */
async function holds(name: string): Promise<void> {
  const shots = process.env.MUSTER_SHOTS;
  for (const colours of ["light", "dark"] as const) {
    await switchColours(page, colours);
    expect(await seriousViolations(page)).toEqual([]);
    if (shots) await page.screenshot({ path: `${shots}/${name}-${colours}.png`, fullPage: true });
  }
  await page.setViewportSize(phone);
  expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
  if (shots) await page.screenshot({ path: `${shots}/${name}-narrow.png`, fullPage: true });
  await page.setViewportSize(desktop);
}

beforeAll(async () => {
  buildDashboard();
  [world, chromium] = await Promise.all([startWithOwner(), launchBrowser()]);
  const { secret, endpoint } = await world.call<{ secret: string; endpoint: string }>(
    "POST",
    `/v1/fleets/${world.fleet}/enrollment-tokens`,
    {},
  );
  greeter = await startGreeterAgent({ endpoint, token: secret, name: "web-1" });
  config = await world.call<Config>("POST", `/v1/projects/${world.project}/configs`, {
    name: "greeting",
    kind: "file",
    content: given,
    labels: { team: "web" },
  });
  await world.call<Config>("POST", `/v1/projects/${world.project}/configs`, {
    name: "motd",
    kind: "file",
    content: "welcome\n",
    labels: { team: "web" },
  });
  agentId = await until("the agent is online", async () => {
    const path = `/v1/fleets/${world.fleet}/agents?status=online`;
    return (await world.call<{ items: { id: string }[] }>("GET", path)).items[0]?.id ?? null;
  });
  const context = await chromium.browser.newContext({ viewport: desktop, reducedMotion: "reduce" });
  page = await signIn(context, world.runtime.url, world.owner);
  page.setDefaultTimeout(60_000);
});
afterAll(async () => {
  await greeter?.stop();
  await chromium?.close();
  await world?.stop();
});

function tellWhenItFails(): void {
  onTestFailed(async () => {
    console.error(`The page at ${page.url()} showed:\n${await page.locator("body").ariaSnapshot()}`);
    console.error(`The agent:\n${greeter.log().slice(-3000)}`);
  });
}

test("configs are added to a plan by their labels, and two for one file are refused by name", {
  timeout: 300_000,
}, async () => {
  tellWhenItFails();
  await page.goto(`${world.runtime.url}/fleets/${world.fleet}/deploy`);
  await page.getByRole("heading", { name: /^Deploy to / }).waitFor();
  const labels = main().getByLabel("All configs with these labels");
  await labels.fill("team=nobody");
  await button("Add them").click();
  await main().getByText("No config has these labels.").waitFor();
  await labels.fill("team=web");
  await button("Add them").click();
  await main().getByText("2 configs added, 0 there already.").waitFor();
  await main()
    .getByText(/greeting v1 \(every agent\) and motd v1 \(every agent\) both write the file "config.txt"/)
    .first()
    .waitFor();
  expect(await button("Start the rollout").isDisabled()).toBe(true);
  await holds("conflict");
  const fileNames = main().getByLabel("File name");
  await fileNames.nth(0).fill("greeter.yaml");
  await fileNames.nth(1).fill("motd.txt");
  await main().getByText("motd 1 as motd.txt for every agent").waitFor();
  // The key adds them, and does not start what is planned.
  await labels.press("Enter");
  await main().getByText("0 configs added, 2 there already.").waitFor();
  await page.getByRole("heading", { name: /^Deploy to / }).waitFor();
  await holds("bulk");
  await main().getByRole("list", { name: "Waves" }).getByRole("button", { name: "web-1" }).click();
  const render = page.getByRole("dialog");
  await render.getByText("It would change.").waitFor();
  await render.getByText("greeting: Good morning").waitFor();
  await render.getByText("welcome").waitFor();
  await render.getByLabel("Show").selectOption("effective");
  await holds("render");
  await page.keyboard.press("Escape");
  await render.waitFor({ state: "hidden" });
  await button("Start the rollout").click();
  await newestRolloutEnds(1);
  await says("Good morning");
  expect(readFileSync(beside("motd.txt"), "utf8")).toBe("welcome\n");
});

test("an edit by hand shows on every page, and a reapply brings the program back", {
  timeout: 300_000,
}, async () => {
  tellWhenItFails();
  writeFileSync(greeter.file, "greeting: by hand\n");
  await world.call("POST", `/v1/agents/${agentId}/restart`);
  await says("by hand");

  await page.goto(`${world.runtime.url}/fleets/${world.fleet}/drift`);
  await page.getByRole("heading", { name: "Drift", exact: true }).waitFor();
  const row = main().getByRole("region", { name: "Drifted agents" }).getByRole("row", { name: /web-1/ });
  await row.getByText("greeter.yaml changed").waitFor();
  await row.getByText("major", { exact: true }).waitFor();
  await holds("fleet");

  await page.goto(`${world.runtime.url}/fleets/${world.fleet}`);
  await main().getByRole("row", { name: /web-1/ }).getByText("Drifted", { exact: true }).waitFor();
  await holds("agents");

  await page.goto(`${world.runtime.url}/configs/${config.id}?tab=uses`);
  await main().getByRole("region", { name: "Desired and current" }).getByText("web-1: major").waitFor();
  await holds("config");

  await page.getByRole("link", { name: "web-1: major" }).click();
  await page.getByRole("heading", { name: "web-1", exact: true }).waitFor();
  await differs("greeter.yaml").getByText("greeting: by hand").waitFor();
  expect(await main().getByText("In sync", { exact: true }).count()).toBe(0);
  await holds("agent");
  await button("Give its files anew").click();
  await dialog().getByRole("button", { name: "Start the rollout" }).click();
  await dialog().waitFor({ state: "hidden" });
  await newestRolloutEnds(2);
  await says("Good morning");
  expect(onDisk()).toBe(given);
  await button("Give its files anew").waitFor({ state: "detached" });
});

test("an edit is taken over as a version, and a policy mends the next by itself", {
  timeout: 300_000,
}, async () => {
  tellWhenItFails();
  writeFileSync(greeter.file, given.replace("morning", "evening"));
  await button("Take it over").click();
  await dialog().getByRole("button", { name: "Save and roll out" }).click();
  await dialog().waitFor({ state: "hidden" });
  await newestRolloutEnds(3);
  await says("Good evening");
  const path = `/v1/configs/${config.id}/versions/2`;
  expect((await world.call<ConfigVersionDetail>("GET", path)).content).toBe(onDisk());

  await page.goto(`${world.runtime.url}/fleets/${world.fleet}/drift`);
  await main().getByText("Nobody drifted").waitFor();
  await main()
    .getByLabel("What the fleet does about drift")
    .selectOption({ label: "Give agents their files anew" });
  await page.getByText("About drift: Give agents their files anew.").waitFor();
  const accepted = onDisk();
  writeFileSync(greeter.file, "greeting: again\n");
  await newestRolloutEnds(4);
  expect(onDisk()).toBe(accepted);
  await main().getByText("Nobody drifted").waitFor();
});

test("a policy takes an edit over by itself, and the program goes on with it", {
  timeout: 300_000,
}, async () => {
  tellWhenItFails();
  const policy = main().getByLabel("What the fleet does about drift");
  await policy.selectOption({ label: "Take the change over as a new version" });
  await page.getByText("About drift: Take the change over as a new version.").waitFor();
  const edited = onDisk().replace("evening", "night");
  writeFileSync(greeter.file, edited);
  await newestRolloutEnds(5);
  await says("Good night");
  expect(onDisk()).toBe(edited);
  const path = `/v1/configs/${config.id}/versions/3`;
  expect(await world.call<ConfigVersionDetail>("GET", path)).toMatchObject({
    content: edited,
    author: expect.stringContaining("Drift policy"),
  });
  await policy.selectOption({ label: "Tell, and leave the files alone" });
  await page.getByText("About drift: Tell, and leave the files alone.").waitFor();
});

test("an edit of a form that only agents are given is refused, with where to make it", {
  timeout: 300_000,
}, async () => {
  tellWhenItFails();
  const app = await world.call<Config>("POST", `/v1/projects/${world.project}/configs`, {
    name: "app",
    kind: "container",
    content: `image: {ref: "registry.example.com/app@sha256:${"a".repeat(64)}"}\nprocesses:\n  web:\n    replicas: 1\n`,
  });
  await world.call("POST", `/v1/fleets/${world.fleet}/rollouts`, {
    assignments: [{ config: app.id }],
    keepOthers: true,
    gates: { soakSeconds: 0 },
  });
  await newestRolloutEnds(6);
  const given = readFileSync(beside("app.json"), "utf8");
  writeFileSync(beside("app.json"), given.replace('"replicas": 1', '"replicas": 2'));
  await page.goto(`${world.runtime.url}/fleets/${world.fleet}/agents/${agentId}`);
  await differs("app.json").getByText('"replicas": 2').waitFor();
  await button("Take it over").click();
  await dialog().getByRole("button", { name: "Save and roll out" }).click();
  await page.getByText(/Make the same change there: muster configs edit app/).waitFor();
  expect((await world.call<Config>("GET", `/v1/configs/${app.id}`)).latestVersion).toBe(1);
});

test("what one fleet runs is brought to the plan of another, not what is newest", {
  timeout: 300_000,
}, async () => {
  tellWhenItFails();
  const path = `/v1/configs/${config.id}/versions`;
  const runs = (await world.call<Config>("GET", `/v1/configs/${config.id}`)).latestVersion;
  await world.call("POST", path, { content: "greeting: Not yet\n" });
  await world.call("POST", `/v1/projects/${world.project}/fleets`, { name: "Second" });
  await page.goto(`${world.runtime.url}/configs/${config.id}?tab=uses`);
  await button("Bring what First fleet runs to another fleet").click();
  await page.getByRole("menuitem", { name: "Second" }).click();
  await page.getByRole("heading", { name: "Deploy to Second" }).waitFor();
  await until("the version that the first fleet runs", async () => {
    return (await main().getByLabel("Version", { exact: true }).inputValue()) === String(runs);
  });
  expect(await main().getByLabel("File name").inputValue()).toBe("greeter.yaml");
  await holds("promote");
});
