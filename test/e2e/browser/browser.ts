/** A real Chromium on the runtime's dashboard, and what the browser tests ask of every page. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium, type Page } from "playwright-core";

export interface TestBrowser {
  browser: Browser;
  close(): Promise<void>;
}

/** Meant for cloud functions: one process dies as a whole, and without web security the test would prove less. */
const unwanted = new Set(["--single-process", "--disable-web-security"]);

/** The binary unpacks itself into TMPDIR: a folder of our own, so that two runs do not share one. */
export async function launchBrowser(): Promise<TestBrowser> {
  const folder = mkdtempSync(join(tmpdir(), "muster-browser-"));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    const browser = await chromium.launch({
      executablePath: await sparticuz.executablePath(),
      args: sparticuz.args.filter((argument) => !unwanted.has(argument)),
      env: { ...process.env, TMPDIR: folder },
    });
    const violations = watchPolicy(browser);
    return {
      browser,
      async close() {
        await browser.close();
        rmSync(folder, { recursive: true, force: true });
        if (violations.size > 0) {
          throw new Error(`The pages break their own content policy:\n${[...violations].join("\n")}`);
        }
      },
    };
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}

/** What the browser refused because of the page's content policy, on every page of every context made from now on. */
function watchPolicy(browser: Browser): Set<string> {
  const violations = new Set<string>();
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await newContext(options);
    context.on("console", (message) => {
      const text = message.text();
      if (text.includes("Content Security Policy")) violations.add(`${message.page()?.url()}: ${text}`);
    });
    return context;
  };
  return violations;
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeViolation {
  id: string;
  impact: string | null;
  help: string;
  nodes: { target: unknown[]; failureSummary?: string }[];
}

/** Serious and critical violations of WCAG 2 A and AA on the page as it is, as lines to read. */
export async function seriousViolations(page: Page): Promise<string[]> {
  await standsStill(page);
  // Evaluated over the debugger, so the page's policy against foreign scripts stays in force.
  await page.evaluate(axeSource);
  const violations: AxeViolation[] = await page.evaluate(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }).then((result) => result.violations)`,
  );
  return violations
    .filter((violation) => violation.impact === "serious" || violation.impact === "critical")
    .flatMap((violation) =>
      violation.nodes.map((node) => `${violation.id}: ${violation.help} at ${JSON.stringify(node.target)}`),
    );
}

/** What fades in is pale meanwhile, and what leaves is still there: both would be counted as faults. */
async function standsStill(page: Page): Promise<void> {
  await page.evaluate(
    "Promise.all(document.getAnimations()" +
      ".filter((one) => one.effect.getComputedTiming().endTime !== Infinity)" +
      ".map((one) => one.finished.catch(() => undefined))).then(() => undefined)",
  );
}

/** By how many pixels the page itself can be scrolled sideways. */
export async function sidewaysOverflow(page: Page): Promise<number> {
  return page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth + " +
      "Math.max(0, ...[...document.querySelectorAll('main')].map((main) => main.scrollWidth - main.clientWidth))",
  );
}

/** Switches the colour scheme, and waits until the page and its toasts have followed. */
export async function switchColours(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.locator(`html[data-theme="${colorScheme}"]`).waitFor({ state: "attached" });
  await page
    .locator(`[data-sonner-toaster]:not([data-sonner-theme="${colorScheme}"])`)
    .waitFor({ state: "detached" });
  await page.evaluate(
    "new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))",
  );
}
