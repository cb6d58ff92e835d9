import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Failure } from "./simulate.ts";

export interface JobReport {
  played: number;
  failures: Failure[];
  ends: Record<string, number>;
}

type Line = { played: number } | { failure: Failure } | { ends: Record<string, number> };

/** Plays seeds in a child process. @throws Error when it dies or says anything that is not a report */
export function startJob(
  args: readonly string[],
  onLine: (line: { played?: number; failure?: Failure }) => void = () => {},
): Promise<JobReport> {
  const report: JobReport = { played: 0, failures: [], ends: {} };
  const child = spawn(process.execPath, [join(import.meta.dirname, "job.ts"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = () => child.kill();
  process.once("exit", stop);
  let rest = "";
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) {
      // Written by `job.ts`.
      const line = JSON.parse(text) as Line;
      if ("played" in line) report.played += line.played;
      else if ("failure" in line) report.failures.push(line.failure);
      else report.ends = line.ends;
      if (!("ends" in line)) onLine(line);
    }
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      process.off("exit", stop);
      if (code === 0) resolve(report);
      else reject(new Error(`a job of the simulation ended with ${code}: ${errors}`));
    });
  });
}
