import { spawnSync } from "node:child_process";

/** Whether a program of this name is in the PATH, or at this path. */
export function hasProgram(program: string): boolean {
  return spawnSync("sh", ["-c", 'command -v "$1"', "sh", program], { stdio: "ignore" }).status === 0;
}

/** Runs a program to its end and answers its output. Throws with what it wrote when it fails. */
export function must(program: string, ...args: string[]): string {
  const ran = spawnSync(program, args, { encoding: "utf8" });
  if (ran.error) throw new Error(`${program} cannot be started: ${ran.error.message}`);
  if (ran.status === 0) return ran.stdout;
  const said = `${ran.stdout}${ran.stderr}`.trim().slice(-1000);
  throw new Error(`${[program, ...args].join(" ")} failed (${ran.status ?? ran.signal}): ${said}`);
}

export interface Account {
  uid: number;
  gid: number;
}

/** null = there is no such user. */
export function findAccount(name: string): Account | null {
  const ids = ["-u", "-g"].map((flag) => spawnSync("id", [flag, name], { encoding: "utf8" }));
  const [uid, gid] = ids.map(({ status, stdout }) => (status === 0 ? Number(stdout) : Number.NaN));
  return Number.isInteger(uid) && Number.isInteger(gid) ? { uid: uid ?? 0, gid: gid ?? 0 } : null;
}
