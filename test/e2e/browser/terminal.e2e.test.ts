/** A terminal on a real agent's host, in a real browser: keys go there, what is written is drawn, the end is told. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../../../agent/testing/temporary-folder.ts";
import { buildDashboard } from "../../../scripts/dashboard.ts";
import { signUpByMail } from "../../../scripts/demo/sign-up.ts";
import { type AgentProcess, startAgentProcess } from "../../harness/agent-process.ts";
import { type RunningRuntime, startRuntime } from "../../harness/runtime.ts";
import { until } from "../../harness/until.ts";
import { launchBrowser, type TestBrowser } from "./browser.ts";

const person = {
  email: "shell@example.test",
  password: "correct horse battery",
  organizationName: "Shell Ltd",
};
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
  await chromium?.browser.close();
  await runtime?.stop();
});

test("opens a shell, types into it, and sees it end", { timeout: 180_000 }, async () => {
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

  const page = await (
    await chromium.browser.newContext({ viewport: { width: 1280, height: 860 } })
  ).newPage();
  page.setDefaultTimeout(60_000);
  const refused: string[] = [];
  page.on("console", (message) => {
    if (/Content.Security.Policy/i.test(message.text())) refused.push(message.text());
  });
  await page.goto(runtime.url);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  await page.goto(`${runtime.url}/fleets/${created.fleet}/agents/${agentId}`);
  await page.getByRole("heading", { name: "web-1" }).waitFor();
  await page.getByRole("link", { name: "Terminal" }).click();
  await page.getByRole("heading", { name: "Terminal on web-1" }).waitFor();
  await page.getByLabel("Reason").fill("looking around");
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
  await page.keyboard.type("exit 5\n");
  await page.getByText("Ended with exit code 5").waitFor();
  expect(refused).toEqual([]);

  await page.goto(`${runtime.url}/orgs/${created.organization}/exec-sessions`);
  await page.getByRole("heading", { name: "Sessions" }).waitFor();
  const row = page.getByRole("row", { name: /web-1/ });
  await row.getByText("looking around").waitFor();
  await row.getByText("Ended with exit code 5").waitFor();
});
