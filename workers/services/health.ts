import { ping } from "../../db/client.ts";
import { refuse } from "../../domain/errors.ts";
import type { PublicContext } from "./context.ts";

export interface Health {
  status: "ok";
  mail: "configured" | "not configured";
}

export async function health({ ctx }: { ctx: PublicContext }): Promise<Health> {
  try {
    await ping(ctx.db);
  } catch (error) {
    ctx.log.error("the metadata store does not answer", { requestId: ctx.requestId }, error);
    refuse("unavailable", "The metadata store does not answer. Try again in a few seconds.");
  }
  return { status: "ok", mail: ctx.mail ? "configured" : "not configured" };
}
