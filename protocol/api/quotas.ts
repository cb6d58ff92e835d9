import { z } from "zod";
import { plans, quotaNames } from "../../domain/tenancy/plans.ts";
import { id, timestamp } from "./shared.ts";

/** Where a quota counts: in the whole organization, or in each fleet or config by itself. */
export const quotaScopes = ["organization", "fleet", "config"] as const;

export const quota = z
  .object({
    name: z.enum(quotaNames),
    scope: z.enum(quotaScopes),
    limit: z.number().int(),
    used: z.number().int().nullable().meta({
      description: "Of a fleet's or config's quota: the fullest one's; null = could not be told just now",
    }),
    fullest: z
      .object({ id: z.string(), name: z.string() })
      .nullable()
      .meta({ description: "The fleet or config that `used` tells of" }),
  })
  .meta({ id: "Quota" });
export type Quota = z.infer<typeof quota>;

export const rateNames = ["caller", "organization"] as const;
export const rate = z
  .object({
    name: z.enum(rateNames).meta({ description: "`caller`: of this person or API key alone" }),
    limit: z.number().int().meta({ description: "Requests in a window" }),
    windowSeconds: z.number().int(),
    used: z.number().int().nullable().meta({ description: "null = could not be told just now" }),
    resetsAt: timestamp.nullable(),
  })
  .meta({ id: "Rate" });
export type Rate = z.infer<typeof rate>;

export const quotas = z
  .object({
    organizationId: id("organization"),
    plan: z.enum(plans),
    auditRetentionDays: z.number().int(),
    quotas: z.array(quota),
    rates: z.array(rate),
  })
  .meta({ id: "Quotas" });
export type Quotas = z.infer<typeof quotas>;
