import type { AgentRecord } from "./parts.ts";

const latchedSize = 20;

/** The agent failed with the hash: it is not offered it again until a person lifts that. The caller saves the record. */
export function latch(agent: AgentRecord, hash: string, error: string, atMs: number): void {
  const others = agent.latched.filter((one) => one.hash !== hash);
  agent.latched = [{ hash, error, at: atMs }, ...others].slice(0, latchedSize);
}
