/** A fleet of connected agents whose costs are counted, for the benches that count instead of timing. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/runtime/paths.ts";
import { openRuntime } from "../../scripts/runtime/runtime.ts";
import { signUpTenant, type Tenant } from "../harness/tenant.ts";
import { type FleetCounters, metadataRowsPath } from "./fleet-counters.ts";
import { LoadFleet, type LoadOptions } from "./load-fleet.ts";

export interface CountedFleet {
  tenant: Tenant;
  fleet: LoadFleet;
  counters(): Promise<FleetCounters>;
  /** Rows written in the metadata store so far, index entries included. */
  metadataRows(): Promise<number>;
}

export async function withCountedFleet(
  count: number,
  agent: Pick<LoadOptions, "sayApplying" | "own">,
  run: (counted: CountedFleet) => Promise<void>,
): Promise<void> {
  const stateDir = mkdtempSync(join(tmpdir(), "muster-bench-"));
  const runtime = await openRuntime({
    stateDir,
    cronIntervalMs: 0,
    assets: false,
    vars: { DEFAULT_PLAN: "enterprise" },
    musterEntry: join(root, "test/bench/worker/counting-muster.ts"),
    fleetsEntry: join(root, "test/bench/worker/counting-fleet.ts"),
  });
  try {
    const tenant = await signUpTenant(runtime);
    const token = await tenant.enrollmentToken(count);
    const url = `${runtime.url.replace("http", "ws")}/v1/opamp`;
    const fleet = await LoadFleet.connect({ ...agent, url, count, token });
    await fleet.introduce(120_000);
    const counters = async () =>
      (await (await runtime.fetchFleets(`/${tenant.fleet}`)).json()) as FleetCounters;
    const metadataRows = async () => Number(await (await fetch(`${runtime.url}${metadataRowsPath}`)).text());
    await run({ tenant, fleet, counters, metadataRows });
    await fleet.close();
  } finally {
    await runtime.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}
