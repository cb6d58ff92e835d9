import { caddy } from "./caddy.ts";
import { collector } from "./collector.ts";
import { haproxy } from "./haproxy.ts";
import { nginx } from "./nginx.ts";
import type { Preset } from "./preset.ts";
import { prometheus } from "./prometheus.ts";
import { sentinel } from "./sentinel.ts";

/** Programs that need no more than their name: `supervise: {driver: haproxy}`. */
export const presets = { collector, haproxy, nginx, caddy, prometheus, sentinel } satisfies Record<
  string,
  Preset
>;
export type PresetName = keyof typeof presets;
