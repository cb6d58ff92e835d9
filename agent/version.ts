import pkg from "../package.json" with { type: "json" };

/** Put in by `npm run release -- --version …`. */
declare const musterAgentVersion: string | undefined;

export const agentVersion: string = typeof musterAgentVersion === "string" ? musterAgentVersion : pkg.version;
