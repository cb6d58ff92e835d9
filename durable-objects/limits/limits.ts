import { DurableObject } from "cloudflare:workers";
import {
  type Lease,
  type RateState,
  type RateTerms,
  RateWindows,
} from "../../domain/tenancy/rate-windows.ts";
import type { LimitsRpc } from "../../protocol/rpc/limits.ts";

/**
 * Counts the requests of one organization. In memory only: when the platform puts it away within a minute, that minute
 * counts anew, which costs less than a stored row for each request.
 */
export class Limits extends DurableObject implements LimitsRpc {
  readonly #windows = new RateWindows();

  async lease(caller: string, terms: RateTerms, wanted: number): Promise<Lease> {
    return this.#windows.lease(caller, terms, wanted, Date.now());
  }

  async look(caller: string, terms: RateTerms): Promise<RateState> {
    return this.#windows.look(caller, terms, Date.now());
  }
}
