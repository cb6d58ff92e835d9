import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../agent/testing/greeter-agent.ts";
import { until } from "../../harness/until.ts";

/** bcrypt of "open sesame", as the registry wants it. */
const users = "puller:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW";

export interface Registry {
  /** `127.0.0.1:port` */
  host: string;
  port: number;
  stop(): Promise<void>;
}

/** Debian's docker-registry; `login` = it wants the user `puller` with the password "open sesame". */
export async function startRegistry(login = false): Promise<Registry> {
  const folder = mkdtempSync(join(tmpdir(), "muster-registry-"));
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  writeFileSync(join(folder, "users"), `${users}\n`);
  const auth = login ? `auth: {htpasswd: {realm: muster, path: ${folder}/users}}\n` : "";
  writeFileSync(
    join(folder, "config.yml"),
    `version: 0.1\nstorage: {filesystem: {rootdirectory: ${folder}/data}}\nhttp: {addr: "${host}"}\n${auth}`,
  );
  const child: ChildProcess = spawn("docker-registry", ["serve", join(folder, "config.yml")], {
    stdio: "ignore",
  });
  await until("the registry answers", () =>
    fetch(`http://${host}/v2/`).then(
      ({ status }) => status === 200 || status === 401,
      () => false,
    ),
  );
  return {
    host,
    port,
    stop: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
