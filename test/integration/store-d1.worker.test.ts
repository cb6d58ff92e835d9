import { env } from "cloudflare:workers";
import { describe } from "vitest";
import { openD1 } from "../../db/client.ts";
import { prepareStore } from "../harness/world.ts";
import { storeSuite } from "./store-suite.ts";

describe("D1", () => {
  storeSuite(async () => {
    await prepareStore();
    return openD1((env as unknown as { DB: D1Database }).DB);
  });
});
