import type { ComponentRole } from "../facts.ts";
import type { Schema } from "./schema.ts";

export const signals = ["traces", "metrics", "logs", "profiles"] as const;
export type Signal = (typeof signals)[number];

/** What is known of one type of component. */
export interface ComponentType {
  role: ComponentRole;
  /** As it stands in a config, before the `/`. */
  type: string;
  /** Newer or older names of the same. */
  aliases?: readonly string[];
  title: string;
  summary: string;
  documentation: string;
  /** Of receivers, processors and exporters. */
  signals: readonly Signal[];
  /** Of connectors: what they take in one pipeline and give to another. */
  connects: readonly { from: Signal; to: Signal }[];
  schema: Schema;
  /** YAML of its settings. */
  example: string;
}

const core = "https://github.com/open-telemetry/opentelemetry-collector/tree/main";
const contrib = "https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main";
export const coreDocs = (folder: string): string => `${core}/${folder}`;
export const contribDocs = (folder: string): string => `${contrib}/${folder}`;

export const classicSignals: readonly Signal[] = ["traces", "metrics", "logs"];
