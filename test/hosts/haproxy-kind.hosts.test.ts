/** Our kind against the program itself: what `haproxy -c` says of the corpus is what the kind must say. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasErrors } from "../../domain/configs/diagnostic.ts";
import { kinds, validate } from "../../domain/configs/kinds.ts";
import { badConfigs, goodConfigs } from "../fixtures/haproxy-corpus.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "muster-haproxy-"));
  const version = spawnSync("haproxy", ["-v"], { encoding: "utf8" });
  if (version.error)
    throw new Error("haproxy is not installed. Run `npm run test:hosts`, which installs it.");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function checkWithHaproxy(content: string): { accepted: boolean; output: string } {
  const file = join(folder, "haproxy.cfg");
  writeFileSync(file, content);
  const run = spawnSync("haproxy", ["-c", "-f", file], { encoding: "utf8", timeout: 30_000 });
  return { accepted: run.status === 0, output: `${run.stdout}${run.stderr}` };
}

const expectSameVerdict = (content: string) => {
  const real = checkWithHaproxy(content);
  const diagnostics = validate("haproxy", content);
  expect({ accepted: !hasErrors(diagnostics), diagnostics: [] }, real.output).toEqual({
    accepted: real.accepted,
    diagnostics: !real.accepted ? [] : diagnostics.filter(({ severity }) => severity === "error"),
  });
};

describe("accepted by both", () => {
  it.each(Object.entries(goodConfigs))("%s", (_name, content) => {
    expect(checkWithHaproxy(content).accepted).toBe(true);
    expectSameVerdict(content);
  });
  it("the template that the editor starts with", () => {
    expectSameVerdict(kinds.find(({ kind }) => kind === "haproxy")?.template ?? "");
  });
});

describe("refused by both", () => {
  it.each(Object.entries(badConfigs))("%s", (_name, { content }) => {
    expect(checkWithHaproxy(content).accepted).toBe(false);
    expectSameVerdict(content);
  });
});
