import { z } from "zod";

const port = z.number().int().min(1).max(65_535);

const routeSchema = z.strictObject({
  /** Where people connect; "" = all addresses. */
  address: z.string().max(64),
  port,
  /** Port of loopback at which the container answers; null = none does right now: who connects has to wait. */
  to: port.nullable(),
});

/** A port of the host that the holder listens on, and who gets its connections. */
export type Route = z.infer<typeof routeSchema>;

export const holderRequest = z.discriminatedUnion("do", [
  /** All routes from now on. Either every one of them listens, or nothing changes. */
  z.strictObject({ do: z.literal("route"), routes: z.array(routeSchema).max(2000) }),
  z.strictObject({ do: z.literal("status") }),
  z.strictObject({ do: z.literal("end") }),
]);
export type HolderRequest = z.infer<typeof holderRequest>;

export const holderAnswer = z.object({
  error: z.string().nullable(),
  routes: z.array(routeSchema),
  /** Open connections by the port of loopback that they go to. */
  connections: z.record(z.string(), z.number()),
});
export type HolderAnswer = z.infer<typeof holderAnswer>;

export const placeOf = ({ address, port }: { address: string; port: number }): string =>
  `${address.includes(":") ? `[${address}]` : address || "*"}:${port}`;

/** Within the state folder, with the rights of its owner alone. */
export const holderSocketName = "ports.sock";
