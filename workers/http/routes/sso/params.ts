import { z } from "zod";
import { idParam } from "../../params.ts";

export const connectionParams = z.object({
  org: idParam("organization"),
  connection: idParam("ssoConnection"),
});
export const domainParams = z.object({ org: idParam("organization"), domain: idParam("ssoDomain") });
