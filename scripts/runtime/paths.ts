import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The clone's top folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const defaultStateDir = resolve(root, ".muster");
export const dashboardDir = resolve(root, "dist/dashboard");
/** As `wrangler.toml` binds it. */
export const downloadsBucket = "muster-downloads";
/** A folder for each version of the agent that `npm run release` has made. */
export const releaseDir = resolve(root, "dist/release");
