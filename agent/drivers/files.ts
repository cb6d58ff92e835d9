import type { AgentDriver, DriverCondition } from "./driver.ts";

/** For agents that only write files: there is nothing to reload. */
export function filesDriver(): AgentDriver {
  const condition: DriverCondition = { state: "idle" };
  return {
    start: async () => {},
    reload: async () => {},
    restart: async () => {},
    stop: async () => {},
    condition: () => condition,
    output: () => "",
    onChange: () => () => {},
  };
}
