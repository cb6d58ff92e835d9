import type { InputType } from "./inputs/template.ts";

/** One thing that a template asks for; `${param:NAME}` in its content. */
export interface TemplateParameter {
  name: string;
  title: string;
  type: InputType;
  /** null = it must be given. */
  default: string | null;
  /** A regular expression that a value must match whole; null = any. */
  pattern: string | null;
  help: string;
}

/** Where a config came from. `template` is a project template's id, or the name of one that comes with the product. */
export interface TemplateOrigin {
  template: string;
  version: number;
  parameters: Record<string, string>;
}

/** A template that comes with the product. Versions stay, so that what was made from one can be updated. */
export interface CatalogueTemplate {
  name: string;
  kind: string;
  title: string;
  description: string;
  /** The first is version 1. */
  versions: readonly { content: string; parameters: readonly TemplateParameter[] }[];
}
