/**
 * What is metered. Inside, every quantity is a whole number of the meter's smallest units (milliseconds,
 * deliveries), so sums are exact in any order. At the edge it is a decimal of `unit` with as many places as
 * `unitsPer` has zeros; nothing is rounded on the way. Money is rounded once, in `invoice.ts`.
 */
export const meters = {
  connected_agent_seconds: { unit: "agent-seconds", unitsPer: 1000 },
  config_deliveries: { unit: "deliveries", unitsPer: 1 },
  /** Text of log lines that agents shipped and Muster keeps, UTF-8, before compression. */
  shipped_log_bytes: { unit: "bytes", unitsPer: 1 },
  /** Time during which metrics of an agent are stored. */
  metered_agent_seconds: { unit: "agent-seconds", unitsPer: 1000 },
} as const;

export type MeterName = keyof typeof meters;
export const meterNames = [
  "connected_agent_seconds",
  "config_deliveries",
  "shipped_log_bytes",
  "metered_agent_seconds",
] as const satisfies MeterName[];

/** Something for each meter. */
export function byMeter<T>(make: (meter: MeterName) => T): Record<MeterName, T> {
  return {
    connected_agent_seconds: make("connected_agent_seconds"),
    config_deliveries: make("config_deliveries"),
    shipped_log_bytes: make("shipped_log_bytes"),
    metered_agent_seconds: make("metered_agent_seconds"),
  };
}

/** 1,500 ms of connection → 1.5 agent-seconds. */
export function toQuantity(meter: MeterName, units: number): number {
  return units / meters[meter].unitsPer;
}

/** The inverse of `toQuantity`, exact up to 2^53 units. */
export function toUnits(meter: MeterName, quantity: number): number {
  return Math.round(quantity * meters[meter].unitsPer);
}
