/** What the Limits object of an organization answers over RPC. */
import type { Lease, RateState, RateTerms } from "../../domain/tenancy/rate-windows.ts";

export interface LimitsRpc {
  /** Gives out requests of this minute, at most `wanted`. */
  lease(caller: string, terms: RateTerms, wanted: number): Promise<Lease>;
  /** What is given out in this minute. Changes nothing. */
  look(caller: string, terms: RateTerms): Promise<RateState>;
}
