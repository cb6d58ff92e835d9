import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { domainFolder } from "./engine.ts";
import { type Mutant, mutants } from "./mutants.ts";
import { startJob } from "./start-job.ts";

/** Each mutant must be caught within so many schedules. */
const seeds = 1000;

const folder = mkdtempSync(join(tmpdir(), "muster-mutants-"));
writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
symlinkSync(join(domainFolder, "../node_modules"), join(folder, "node_modules"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function copyDomain(name: string): string {
  const copy = join(folder, name);
  cpSync(domainFolder, copy, { recursive: true, filter: (path) => !path.endsWith(".test.ts") });
  return copy;
}

function makeMutant({ file, find, replace }: Mutant, index: number): string {
  const domain = copyDomain(`mutant-${index}`);
  const path = join(domain, "rollouts", file);
  const text = readFileSync(path, "utf8");
  const times = text.split(find).length - 1;
  if (times !== 1)
    throw new Error(`"${find}" stands ${times} times in domain/rollouts/${file}: mend the mutant`);
  writeFileSync(
    path,
    text.replace(find, () => replace),
  );
  return domain;
}

/** Children take the time, so the tests share a few of them. */
const slots = Array.from({ length: Math.min(4, availableParallelism()) }, () => Promise.resolve());
function inTurn<T>(work: () => Promise<T>, index: number): Promise<T> {
  const slot = index % slots.length;
  const result = (slots[slot] ?? Promise.resolve()).then(work);
  slots[slot] = result.then(
    () => undefined,
    () => undefined,
  );
  return result;
}

test.concurrent.each(mutants.map((mutant, index) => ({ ...mutant, index })))(
  "caught: $name",
  { timeout: 120_000 },
  async ({ index, ...mutant }) => {
    const domain = makeMutant(mutant, index);
    const report = await inTurn(() => startJob(["--domain", domain, "--seeds", `${seeds}`, "--stop"]), index);
    const [failure] = report.failures;
    console.log(
      `${mutant.name}: ${failure ? `${failure.text.slice(0, 160)} (schedule ${report.played})` : "NOT CAUGHT"}`,
    );
    expect(failure?.law, "the law that it breaks").toBeDefined();
    expect(failure?.law).not.toBe("an exception");
  },
);

test.concurrent("a copy without a mistake is not caught", { timeout: 120_000 }, async () => {
  const report = await startJob(["--domain", copyDomain("control"), "--seeds", `${seeds}`, "--stop"]);
  expect(report).toMatchObject({ failures: [], played: seeds });
});
