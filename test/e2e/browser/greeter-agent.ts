/** The real agent, keeping a real greeter running as its child process. */
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

export interface GreeterAgent {
  name: string;
  /** Where its config lies. */
  file: string;
  /** What the child process answers at `/` now; null while it cannot be asked. */
  greeting(): Promise<string | null>;
  log(): string;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

export async function startGreeterAgent(options: {
  endpoint: string;
  token: string;
  name: string;
}): Promise<GreeterAgent> {
  const folder = mkdtempSync(join(tmpdir(), "muster-greeter-"));
  const configDir = join(folder, "config");
  mkdirSync(configDir, { mode: 0o700 });
  const file = join(configDir, "greeter.yaml");
  copyFileSync(join(root, "examples/greeter/greeter.yaml"), file);
  const port = await freePort();
  const child: ChildProcess = spawn(
    process.execPath,
    [
      join(root, "bin/muster-agent.mjs"),
      "run",
      ...["--config", join(root, "examples/greeter/agent.yaml")],
      ...["--endpoint", options.endpoint, "--token", options.token, "--name", options.name],
      ...["--state-dir", folder, "--config-dir", configDir, "--label", "role=web", "--with-parent"],
    ],
    { stdio: ["pipe", "ignore", "pipe"], env: { ...process.env, GREETER_PORT: String(port) } },
  );
  let log = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-20_000);
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  return {
    name: options.name,
    file,
    async greeting() {
      try {
        const response = await fetch(`http://127.0.0.1:${port}/`);
        return response.ok ? (await response.text()).trim() : null;
      } catch {
        return null;
      }
    },
    log: () => log,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
