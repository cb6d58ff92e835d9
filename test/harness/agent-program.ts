import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../agent/testing/temporary-folder.ts";
import { agentVersion } from "../../agent/version.ts";
import { compileAgent } from "../../scripts/release/binary.ts";
import { hostTarget } from "../../scripts/release/targets.ts";

const launcher = fileURLToPath(new URL("../../bin/muster-agent.mjs", import.meta.url));
let compiled = "";

/** Its source on Node, or the file that users run. */
export type AgentForm = "source" | "compiled";

/**
 * The words that start the agent. MUSTER_TEST_AGENT says in which form where a test does not ask for one; the binary is
 * compiled once in a test file, which takes half a second.
 */
export function agentProgram(form?: AgentForm): string[] {
  const asked = form ?? process.env.MUSTER_TEST_AGENT ?? "source";
  if (asked === "source") return [process.execPath, launcher];
  if (asked !== "compiled") throw new Error(`MUSTER_TEST_AGENT is "${asked}"; write source or compiled`);
  compiled ||= compile();
  return [compiled];
}

function compile(): string {
  const target = hostTarget();
  if (!target) throw new Error(`the agent is not compiled for ${process.platform} on ${process.arch}`);
  const out = temporaryFolder();
  return compileAgent(target, { version: agentVersion, releaseKeys: [], out, cache: join(out, "cache") });
}
