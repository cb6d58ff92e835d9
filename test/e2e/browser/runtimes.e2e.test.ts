/** That a browser renders and judges configs as Node does: what the editor says is what the API says. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sha256Hex } from "../../../domain/configs/hash.ts";
import { kinds, validate } from "../../../domain/configs/kinds.ts";
import { golden, goldenOutcomes } from "../../../domain/configs/testing/render-cases.ts";
import { corpus } from "../../fixtures/configs/corpus.ts";
import { launchBrowser, type TestBrowser } from "./browser.ts";

/** What the page is given. */
type Given = { goldenHash(): string; validateAll(configs: [kind: string, content: string][]): string[] };

const root = fileURLToPath(new URL("../../../", import.meta.url));
const entry = `
  import { sha256Hex } from "./domain/configs/hash.ts";
  import { validate } from "./domain/configs/kinds.ts";
  import { goldenOutcomes } from "./domain/configs/testing/render-cases.ts";
  globalThis.given = {
    goldenHash: () => sha256Hex(goldenOutcomes().join("\\n")),
    validateAll: (configs) => configs.map(([kind, content]) => JSON.stringify(validate(kind, content))),
  };
`;

let browser: TestBrowser;
let page: Page;

beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: root, loader: "ts" },
    bundle: true,
    platform: "browser",
    format: "iife",
    write: false,
  });
  browser = await launchBrowser();
  page = await browser.browser.newPage();
  await page.addScriptTag({ content: outputFiles[0]?.text ?? "" });
});
afterAll(() => browser?.close());

it("gives the same 500 renders the same hashes", async () => {
  const inBrowser = await page.evaluate(() => (globalThis as unknown as { given: Given }).given.goldenHash());
  expect(sha256Hex(goldenOutcomes().join("\n"))).toBe(golden);
  expect(inBrowser).toBe(golden);
});

it("says the same of every config of the corpus", async () => {
  const configs = kinds.flatMap(({ kind }) =>
    [
      ...Object.values(corpus[kind]?.good ?? {}),
      ...Object.values(corpus[kind]?.bad ?? {}).map(({ content }) => content),
    ].map((content): [string, string] => [kind, content]),
  );
  expect(configs.length).toBeGreaterThan(30 * kinds.length);
  const inBrowser = await page.evaluate(
    (all) => (globalThis as unknown as { given: Given }).given.validateAll(all),
    configs,
  );
  expect(inBrowser).toEqual(configs.map(([kind, content]) => JSON.stringify(validate(kind, content))));
});
