/** Takes the README's picture of the dashboard from a running `npm start`: `node scripts/screenshot.ts [state dir]`. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import chromium from "@sparticuz/chromium";
import { chromium as playwright } from "playwright-core";
import { type Demo, demoFile } from "./demo/account.ts";
import { defaultStateDir, root } from "./runtime/paths.ts";

const demo = JSON.parse(readFileSync(demoFile(resolve(process.argv[2] ?? defaultStateDir)), "utf8")) as Demo;
process.env.TMPDIR = mkdtempSync(join(tmpdir(), "muster-screenshot-"));
const browser = await playwright.launch({
  executablePath: await chromium.executablePath(),
  args: chromium.args,
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, deviceScaleFactor: 2 });
  await page.goto(new URL("/sign-in", demo.url).href);
  await page.getByLabel("E-mail").fill(demo.email);
  await page.getByLabel("Password", { exact: true }).fill(demo.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => !url.pathname.includes("sign-in"));
  await page.goto(new URL(`/fleets/${demo.fleet}`, demo.url).href);
  await page.getByText("web-1").first().waitFor();
  await page.screenshot({ path: join(root, "docs/images/dashboard.png") });
} finally {
  await browser.close();
}
