/** What happened in one run, counted. */
export interface Tally {
  /** Agents that the fleet has taken in. */
  enrolled: number;
  /** Now. */
  online: number;
  unhealthy: number;
  /** Agents that the server let go: revoked, decommissioned or deleted by somebody. */
  gone: number;
  dials: number;
  /** Dials that ended in no connection. */
  failedDials: number;
  /** Connections that agents let break. */
  drops: number;
  /** Connections that broke otherwise. */
  lost: number;
  offers: number;
  applied: number;
  failed: number;
  /** Offers that were left without an answer. */
  unanswered: number;
  crashes: number;
  restarts: number;
  sent: number;
  received: number;
}

export const newTally = (): Tally => ({
  enrolled: 0,
  online: 0,
  unhealthy: 0,
  gone: 0,
  dials: 0,
  failedDials: 0,
  drops: 0,
  lost: 0,
  offers: 0,
  applied: 0,
  failed: 0,
  unanswered: 0,
  crashes: 0,
  restarts: 0,
  sent: 0,
  received: 0,
});
