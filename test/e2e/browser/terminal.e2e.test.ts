/** A terminal on a real agent's host, in a real browser: keys go there, what is written is drawn, the end is told. */
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import { temporaryFolder } from "../../../agent/testing/temporary-folder.ts";
import { buildDashboard } from "../../../scripts/dashboard.ts";
import { signUpByMail } from "../../../scripts/demo/sign-up.ts";
import { type AgentProcess, startAgentProcess } from "../../harness/agent-process.ts";
import { type RunningRuntime, startRuntime } from "../../harness/runtime.ts";
import { until } from "../../harness/until.ts";
import {
  launchBrowser,
  seriousViolations,
  sidewaysOverflow,
  switchColours,
  type TestBrowser,
} from "./browser.ts";

const person = {
  email: "shell@example.test",
  password: "correct horse battery",
  organizationName: "Shell Ltd",
};
const desktop = { width: 1280, height: 1_300 };
const phone = { width: 360, height: 740 };
const folder = temporaryFolder();

let runtime: RunningRuntime;
let chromium: TestBrowser;
let agent: AgentProcess;

beforeAll(async () => {
  buildDashboard();
  [runtime, chromium] = await Promise.all([startRuntime(), launchBrowser()]);
});
afterAll(async () => {
  await agent?.stop();
  await chromium?.close();
  await runtime?.stop();
});

async function holds(page: Page, name: string): Promise<void> {
  const shots = process.env.MUSTER_SHOTS;
  for (const colours of ["dark", "light"] as const) {
    await switchColours(page, colours);
    expect(await seriousViolations(page)).toEqual([]);
    if (shots) await page.screenshot({ path: `${shots}/${name}-${colours}.png`, fullPage: true });
  }
  await page.setViewportSize(phone);
  expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
  if (shots) await page.screenshot({ path: `${shots}/${name}-narrow.png`, fullPage: true });
  await page.setViewportSize(desktop);
}

test("opens a shell, types into it, sees it end, and watches the recording", {
  timeout: 240_000,
}, async () => {
  const { accessToken, created } = await signUpByMail(runtime, person);
  const api = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const headers = { authorization: `Bearer ${accessToken}`, "content-type": "application/json" };
    const answer = await fetch(`${runtime.url}${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as T;
  };
  const { secret } = await api<{ secret: string }>(
    "POST",
    `/v1/fleets/${created.fleet}/enrollment-tokens`,
    {},
  );
  agent = startAgentProcess({ url: runtime.url, token: secret, name: "web-1", args: ["--allow-exec"] });
  const agentId = await until("the agent is there", async () => {
    const { items } = await api<{ items: { id: string }[] }>(
      "GET",
      `/v1/fleets/${created.fleet}/agents?status=online`,
    );
    return items[0]?.id;
  });

  const context = await chromium.browser.newContext({ viewport: desktop, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  onTestFailed(async () => {
    console.error(`The page at ${page.url()} showed:\n${await page.locator("body").ariaSnapshot()}`);
  });
  await page.goto(runtime.url);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  await page.goto(`${runtime.url}/fleets/${created.fleet}/agents/${agentId}`);
  await page.getByRole("heading", { name: "web-1" }).waitFor();
  await page.getByText("Nobody has run anything here").waitFor();
  await page.getByRole("link", { name: "Terminal" }).click();
  await page.getByRole("heading", { name: "Terminal on web-1" }).waitFor();
  await page.getByLabel("Reason").fill("looking around");
  await page.getByLabel("Record what is shown, for 30 days").check();
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await page.getByText("Connected", { exact: true }).waitFor();

  const file = join(folder, "typed.txt");
  await page.locator("[data-terminal] canvas").first().click();
  await page.keyboard.type(`stty size > ${file}; echo $((40 + 2)) >> ${file}\n`);
  const typed = await until("what was typed there was run", () =>
    existsSync(file) && readFileSync(file, "utf8").includes("42") ? readFileSync(file, "utf8") : null,
  );
  const [, rows, cols] = /^(\d+) (\d+)\n42\n$/.exec(typed) ?? [];
  // The terminal fitted itself into the page.
  expect([Number(rows), Number(cols)]).not.toEqual([30, 100]);
  expect(Number(cols)).toBeGreaterThan(60);
  await page.keyboard.type("echo over; exit 5\n");
  await page.getByText("Ended with exit code 5").waitFor();
  await page.getByRole("link", { name: "The agent" }).click();
  await page.getByRole("region", { name: "Sessions" }).getByText("looking around").waitFor();

  await page.goto(`${runtime.url}/orgs/${created.organization}/exec-sessions`);
  await page.getByRole("heading", { name: "Sessions" }).waitFor();
  const row = page.getByRole("row", { name: /web-1/ });
  await row.getByText("Ended with exit code 5").waitFor();
  await page.getByLabel("Search who, agent, command, reason").fill("web-1 nothing-like-it");
  await page.getByText("No session matches").waitFor();
  await page.getByLabel("Search who, agent, command, reason").fill("WEB-1 around");
  await row.getByText("looking around").waitFor();
  await page.getByLabel("State").selectOption("open");
  await row.waitFor({ state: "detached" });
  await page.getByLabel("State").selectOption("ended");
  await row.waitFor();
  await holds(page, "sessions");

  await row.getByRole("link", { name: "Recording" }).click();
  await page.getByRole("heading", { name: "Session on web-1" }).waitFor();
  await page.getByRole("button", { name: "Watch" }).click();
  const position = page.getByRole("slider", { name: "Position" });
  await page.getByLabel("Speed").selectOption("8");
  // It plays by itself to its end, and then can be played again.
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  const length = Number(await position.getAttribute("max"));
  expect(Number(await position.inputValue())).toBeCloseTo(length, 3);
  await page.getByText("The screen as text").click();
  const screen = page.getByRole("region", { name: "The screen as text" });
  await screen.getByText(/echo over; exit 5\s+over/).waitFor();
  await holds(page, "recording");
  await position.focus();
  await page.keyboard.press("Home");
  await screen.getByText("The screen is empty.").waitFor();
  await page.getByLabel("Speed").selectOption("0.5");
  await position.focus();
  await page.keyboard.press("End");
  await screen.getByText(/echo over; exit 5\s+over/).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^str_.*\.cast$/);
  const [header = ""] = (await readFile(await download.path(), "utf8")).split("\n");
  expect(JSON.parse(header)).toMatchObject({ version: 2, title: "(shell) on web-1" });
  // One look, however it was used.
  const { items } = await api<{ items: { action: string }[] }>(
    "GET",
    `/v1/orgs/${created.organization}/audit-events?action=exec.replay`,
  );
  expect(items).toHaveLength(1);
});
