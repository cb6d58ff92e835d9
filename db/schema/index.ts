export * from "./audit.ts";
export * from "./configs.ts";
export * from "./fleets.ts";
export * from "./rollouts.ts";
export * from "./tenancy.ts";
export * from "./usage.ts";
