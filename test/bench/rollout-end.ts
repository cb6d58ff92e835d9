import { isTerminal } from "../../domain/rollouts/states.ts";
import type { Tenant } from "../harness/tenant.ts";

/** Waits until the rollout has verified `count` agents; throws when it ends in any other way, or not in two minutes. */
export async function untilSucceeded(tenant: Tenant, id: string, count: number): Promise<void> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    const rollout = await tenant.rollout(id);
    if (rollout.state === "succeeded" && rollout.counts.verified === count) return;
    if (isTerminal(rollout.state) || performance.now() > deadline) {
      throw new Error(
        `the rollout is ${rollout.state}: ${JSON.stringify(rollout.counts)} ${rollout.reason ?? ""}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
