/** Our kinds against the programs themselves: what each says of the corpus is what its kind must say. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasErrors } from "../../domain/configs/diagnostic.ts";
import { getKind, validate } from "../../domain/configs/kinds.ts";
import { corpus } from "../fixtures/configs/corpus.ts";
import { missed, notBuilt } from "../fixtures/configs/missed.ts";
import { warned } from "../fixtures/configs/warned.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "muster-verdicts-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The program's own check of a file, and what it brings. */
const programs: Record<string, { version: string[]; check: (file: string) => string[] }> = {
  haproxy: { version: ["haproxy", "-v"], check: (file) => ["haproxy", "-c", "-f", file] },
  nginx: { version: ["nginx", "-v"], check: (file) => ["nginx", "-t", "-p", folder, "-c", file] },
  caddy: {
    version: ["caddy", "version"],
    check: (file) => ["caddy", "validate", "--adapter", "caddyfile", "--config", file],
  },
  prometheus: {
    version: ["promtool", "--version"],
    check: (file) => ["promtool", "check", "config", "--syntax-only", file],
  },
};

function run([program = "", ...args]: string[]): { accepted: boolean; output: string } {
  const done = spawnSync(program, args, {
    encoding: "utf8",
    timeout: 30_000,
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
  if (done.error) throw new Error(`${program}: ${done.error.message}. \`npm run test:hosts\` installs it.`);
  return { accepted: done.status === 0, output: `${done.stdout}${done.stderr}` };
}

describe.each(Object.entries(programs))("%s", (kind, { version, check }) => {
  const ask = (content: string) => {
    const file = join(folder, getKind(kind).defaultFileName);
    writeFileSync(file, content);
    return run(check(file));
  };
  const { good = {}, bad = {} } = corpus[kind] ?? {};

  it("is installed", () => {
    expect(run(version).output).not.toBe("");
  });
  const warnedOf = Object.entries(warned[kind] ?? {}).map(([name, { content }]) => [name, content]);
  it.each([...Object.entries(good), ...warnedOf, ["the template of the editor", getKind(kind).template]])(
    "takes, as we do: %s",
    (name = "", content = "") => {
      expect(hasErrors(validate(kind, content))).toBe(false);
      const { accepted, output } = ask(content);
      const unknown = notBuilt[kind]?.[name];
      if (unknown === undefined) expect(accepted, output).toBe(true);
      else expect(output).toContain(unknown);
    },
  );
  it.each(Object.entries(bad))("refuses, as we do: %s", (_name, { content, taken }) => {
    expect(hasErrors(validate(kind, content))).toBe(true);
    const { accepted, output } = ask(content);
    // What it takes and we refuse has its reason beside it.
    expect({ accepted, reason: taken ?? "none" }, output).toEqual({
      accepted: taken !== undefined,
      reason: taken ?? "none",
    });
  });
  it.each(Object.entries(missed[kind] ?? {}))("refuses what we miss: %s", (_name, content) => {
    expect(ask(content).accepted).toBe(false);
    // One that we come to find belongs into the corpus.
    expect(hasErrors(validate(kind, content))).toBe(false);
  });
});
