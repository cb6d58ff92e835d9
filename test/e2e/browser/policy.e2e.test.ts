/** The dashboard and the API's page under their content policy, in a real browser: nothing of them is refused by it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildDashboard } from "../../../scripts/dashboard.ts";
import { signUpByMail } from "../../../scripts/demo/sign-up.ts";
import { type RunningRuntime, startRuntime } from "../../harness/runtime.ts";
import { launchBrowser, type TestBrowser } from "./browser.ts";

const patienceMs = 60_000;
const person = {
  email: "policy@example.test",
  password: "correct horse battery",
  organizationName: "Policy Ltd",
};

let runtime: RunningRuntime;
let chromium: TestBrowser;
const refused: string[] = [];

beforeAll(async () => {
  buildDashboard();
  [runtime, chromium] = await Promise.all([startRuntime(), launchBrowser()]);
});
afterAll(async () => {
  await chromium?.browser.close();
  await runtime?.stop();
});

async function open() {
  const context = await chromium.browser.newContext({ viewport: { width: 1280, height: 860 } });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  page.on("console", (message) => {
    if (/Content.Security.Policy/i.test(message.text())) refused.push(`${page.url()}: ${message.text()}`);
  });
  return page;
}

test("pages, dialogs, menus, toasts and the editor keep to it", { timeout: 180_000 }, async () => {
  const { created } = await signUpByMail(runtime, person);
  const page = await open();
  const answer = await page.goto(runtime.url);
  const policy = answer?.headers()["content-security-policy"] ?? "";
  expect(policy).toMatch(/^default-src 'none';/);
  expect(policy).not.toMatch(/unsafe|\*|https?:/);

  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  for (const path of [
    `/projects/${created.project}/configs/new`,
    `/fleets/${created.fleet}/deploy`,
    `/fleets/${created.fleet}/events`,
    `/orgs/${created.organization}/usage`,
    `/orgs/${created.organization}/members`,
    `/orgs/${created.organization}/api-keys`,
  ]) {
    await page.goto(`${runtime.url}${path}`);
    await page.getByRole("main").getByRole("heading").first().waitFor();
  }
  await page.goto(`${runtime.url}/projects/${created.project}/configs/new`);
  await page.locator(".cm-content").click();
  await page.keyboard.insertText("greeting: hello\n");
  await page.goto(`${runtime.url}/docs/api`);
  await page.getByRole("heading", { name: "Muster API" }).waitFor();
  expect(await page.locator("main").evaluate((main) => main.ownerDocument.styleSheets.length)).toBe(1);
  expect(refused).toEqual([]);
});

test("it would be told of anything inline", { timeout: 60_000 }, async () => {
  const page = await open();
  await page.goto(runtime.url);
  await page.getByLabel("E-mail").waitFor();
  const before = refused.length;
  await page.evaluate(
    "document.head.append(Object.assign(document.createElement('style'), { textContent: 'body { color: red }' }))",
  );
  await page.evaluate("document.body.setAttribute('onclick', 'alert(1)')");
  await expect.poll(() => refused.length).toBeGreaterThan(before);
});
