import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { until } from "../../test/harness/until.ts";
import { runCommand } from "../apply/run-command.ts";
import { processIdentity } from "../process-identity.ts";
import type { SuperviseSettings } from "../settings/supervise.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { ProcessDriver, type ProcessDriverOptions } from "./process.ts";

vi.setConfig({ testTimeout: 120_000 });

const drivers: ProcessDriver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

function shell(script: string, changes: Partial<SuperviseSettings> = {}, hasConfig = () => true) {
  const stateDir = temporaryFolder();
  const options: ProcessDriverOptions = {
    settings: {
      command: "/bin/sh",
      args: ["-c", script],
      cwd: stateDir,
      env: {},
      validate: null,
      reload: { kind: "restart" },
      verify: null,
      stopGraceMs: 300,
      version: null,
      ...changes,
    },
    configDir: stateDir,
    stateDir,
    hasConfig,
    log: () => {},
    backOffMs: 20,
    backOffCapMs: 80,
  };
  /** Another driver of the same child. */
  const next = () => {
    const driver = new ProcessDriver(options);
    drivers.push(driver);
    return driver;
  };
  const driver = next();
  const pid = () => JSON.parse(readFileSync(join(stateDir, "child.json"), "utf8")).pid as number;
  const output = () => readFileSync(join(stateDir, "logs/child.log"), "utf8");
  return { driver, next, stateDir, pid, output };
}

test("a folder that is missing is named, not the program", async () => {
  const cwd = join(temporaryFolder(), "missing");
  const { driver } = shell("sleep 60", { cwd });
  await driver.start();
  const condition = await until("its end", () => {
    const now = driver.condition();
    return now.state === "backing_off" ? now : null;
  });
  expect(condition.error).toBe(
    `sh could not be started: the folder ${cwd} of supervise.cwd does not exist: make it, or change it in the agent's settings`,
  );
  expect(await runCommand(["true"], { cwd, env: process.env, timeoutMs: 10_000 })).toContain(
    `true could not be started: the folder ${cwd} of supervise.cwd does not exist`,
  );
});

test("a child that ends by itself is started again, and its last lines are told", async () => {
  const { driver, output } = shell("echo started; echo 'no such directive: frontnd' >&2; exit 3");
  await driver.start();
  const condition = await until("three ends", () => {
    const now = driver.condition();
    return now.state === "backing_off" && now.exits >= 3 ? now : null;
  });
  expect(condition.error).toBe("sh exited with code 3: started\nno such directive: frontnd");
  expect(output().match(/started/g)?.length).toBeGreaterThanOrEqual(3);
});

test("a program that does not exist is told, not thrown", async () => {
  const { driver } = shell("", { command: "/no/such/program" });
  await driver.start();
  const condition = await until("the end", () => {
    const now = driver.condition();
    return now.state === "backing_off" ? now : null;
  });
  expect(condition.error).toMatch(/program exited with code 127: .*\/no\/such\/program: not found/);
});

test("a child that ignores SIGTERM is killed after the grace, its own children too", async () => {
  const { driver, pid, output } = shell("trap '' TERM; sleep 1000 & echo child=$!; while :; do wait; done");
  await driver.start();
  const grandchild = await until("the grandchild", () => /child=(\d+)/.exec(output())?.[1]);
  const parent = pid();
  await driver.stop();
  expect(processIdentity(parent)).toBeNull();
  await until("the grandchild's end", () => processIdentity(Number(grandchild)) === null);
});

test("stays idle until there is a config, and becomes idle again without one", async () => {
  let hasConfig = false;
  const { driver, stateDir } = shell("exec sleep 1000", {}, () => hasConfig);
  await driver.start();
  expect(driver.condition()).toEqual({ state: "idle" });
  hasConfig = true;
  await driver.reload();
  expect(driver.condition().state).toBe("running");
  hasConfig = false;
  await driver.reload();
  expect(driver.condition()).toEqual({ state: "idle" });
  expect(existsSync(join(stateDir, "child.json"))).toBe(false);
});

test.each(["SIGHUP", "SIGUSR1", "SIGUSR2"] as const)(
  "a young child gets %s once it catches it and answers",
  async (signal) => {
    const name = signal.slice(3);
    const { driver, pid, output, stateDir } = shell(
      `sleep 0.3; trap 'echo took ${name}' ${name}; touch ready; while :; do sleep 0.05; done`,
      {
        reload: { kind: "signal", signal },
        verify: {
          probe: { kind: "command", command: ["test", "-e", "ready"] },
          failOnOutput: null,
          timeoutMs: 5_000,
        },
      },
    );
    await driver.start();
    const before = pid();
    await driver.reload();
    expect(existsSync(join(stateDir, "ready"))).toBe(true);
    await until("the reload", () => output().includes(`took ${name}`));
    expect(pid()).toBe(before);
  },
);

test.runIf(process.platform === "linux")(
  "a child that the driver before released goes on, takes changed files, and is started anew when it ends",
  async () => {
    const before = shell("trap 'echo took HUP' HUP; echo up $$; while :; do sleep 0.05; done", {
      reload: { kind: "signal", signal: "SIGHUP" },
    });
    await before.driver.start();
    await until("it is up", () => before.output().includes("up"));
    const pid = before.pid();
    await before.driver.release();
    const next = before.next();
    await next.start(true);
    await until("the reload", () => before.output().includes("took HUP"));
    expect([before.pid(), next.condition().state]).toEqual([pid, "running"]);
    process.kill(-pid, "SIGKILL");
    await until("another child", () => next.condition().state === "running" && before.pid() !== pid);
    await next.stop();
    expect(existsSync(join(before.stateDir, "child.json"))).toBe(false);
  },
);

test("a child that would die of the signal is started anew", async () => {
  const { driver, pid } = shell("exec sleep 1000", { reload: { kind: "signal", signal: "SIGHUP" } });
  await driver.start();
  const before = pid();
  await driver.reload();
  expect(driver.condition().state).toBe("running");
  expect(pid()).not.toBe(before);
});

test("a restart starts another child", async () => {
  const { driver, pid } = shell("exec sleep 1000", { reload: { kind: "restart" } });
  await driver.start();
  const before = pid();
  await driver.reload();
  expect(pid()).not.toBe(before);
});

test("tells whether the child has started a worker since the reload", async () => {
  const { driver } = shell("sleep 1000 & trap 'test -e refuse || sleep 1000 &' HUP; while :; do wait; done", {
    reload: { kind: "signal", signal: "SIGHUP" },
  });
  await driver.start();
  await until("the first worker", () => driver.hasFreshWorker());
  await driver.reload();
  await until("the worker of the reload", () => driver.hasFreshWorker());
});

test("a reload command that fails says why", async () => {
  const reload = { kind: "command" as const, command: ["sh", "-c", "echo nope >&2; exit 4"] };
  const { driver } = shell("exec sleep 1000", { reload });
  await driver.start();
  await expect(driver.reload()).rejects.toThrow("reload: sh exited with code 4: nope");
});

test("restarts at the same time leave one child", async () => {
  const { driver, output } = shell("echo up $$; exec sleep 1000");
  await driver.start();
  await Promise.all([driver.restart(), driver.reload(), driver.restart()]);
  // One that was ended before it could write a word is not among them.
  const living = () => [...output().matchAll(/up (\d+)/g)].filter(([, pid]) => processIdentity(Number(pid)));
  await until("the last one is up", () => living().length > 0);
  expect(living()).toHaveLength(1);
});

test("a pid that now belongs to another process is left alone", async () => {
  const { driver, stateDir } = shell("exec sleep 1000");
  const other = { pid: process.pid, identity: "an earlier process" };
  writeFileSync(join(stateDir, "child.json"), JSON.stringify(other));
  await driver.start();
  expect(driver.condition().state).toBe("running");
});

test("the child's output is bounded", async () => {
  const { driver, stateDir } = shell("head -c 1500000 /dev/zero; echo done; exec sleep 1000");
  await driver.start();
  const log = join(stateDir, "logs/child.log");
  await until("the output", () => statSync(log).size > 1_500_000);
  await driver.restart();
  await until("the file before", () => existsSync(`${log}.1`) && statSync(log).size > 1_500_000);
  await driver.restart();
  expect(statSync(`${log}.1`).size).toBeLessThan(1_600_000);
});

test("the child gets the settings' environment, and not the agent's enrolment token", async () => {
  process.env.MUSTER_TOKEN = "secret";
  try {
    const { driver, output, stateDir } = shell(
      "echo [$LEVEL] [$MUSTER_TOKEN] [$MUSTER_CONFIG_DIR]; exec sleep 1000",
      {
        env: { LEVEL: "info" },
      },
    );
    await driver.start();
    await until("the output", () => output().includes("\n"));
    expect(output()).toBe(`[info] [] [${stateDir}]\n`);
  } finally {
    delete process.env.MUSTER_TOKEN;
  }
});
