/** What the entry of `bench:api` does besides the API itself; everything else goes through the API. */
export const seedPeoplePath = "/bench/people";
export const seedAuditPath = "/bench/audit";
/** `GET <path>/<config>`: one select behind a bare hono route. */
export const floorPath = "/bench/floor";
/** Before a path of the API: the answer tells in a header how often it asked the store. */
export const countedPath = "/bench/counted";
export const storeCallsHeader = "x-store-calls";

export interface SeedPeople {
  organization: string;
  count: number;
}

export interface SeedAudit {
  organization: string;
  count: number;
  /** The events before, of this bench: each is given a time of its own. */
  from: number;
}
