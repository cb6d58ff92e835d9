/** What the Fleet object answers on where its agents tell of themselves. */
import type { Outcome } from "../../domain/errors.ts";
import type { OwnTelemetrySettings } from "../../domain/fleets/own-telemetry.ts";
import type { OwnTelemetry } from "../api/own-telemetry.ts";
import type { FleetScope, SealedSecrets } from "./fleet.ts";

export interface OwnTelemetryOrder {
  settings: OwnTelemetrySettings;
  /** The values that its headers name. */
  secrets: SealedSecrets;
  /** The hash that the change was made against; null = whatever there is. */
  expected: string | null;
  actor: string;
  /** Why nothing but an end may be ordered now, as a part of a sentence; null = all may. */
  endsOnly: string | null;
}

export interface KnownOwnTelemetry {
  hash: string;
  view: OwnTelemetry;
}

export interface OwnTelemetryRpc {
  ownTelemetry(scope: FleetScope): Promise<Outcome<KnownOwnTelemetry>>;
  /** Kept, and offered to every agent that takes it. `conflict` when `expected` is not the present hash, `forbidden` by `endsOnly`. */
  setOwnTelemetry(scope: FleetScope, order: OwnTelemetryOrder): Promise<Outcome<KnownOwnTelemetry>>;
}
