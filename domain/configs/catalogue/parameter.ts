import type { TemplateParameter } from "../templates.ts";

type Hints = Partial<Pick<TemplateParameter, "type" | "default" | "pattern">>;

export const parameter = (
  name: string,
  title: string,
  help: string,
  hints: Hints = {},
): TemplateParameter => ({
  name,
  title,
  type: "string",
  default: null,
  pattern: null,
  help,
  ...hints,
});

export const hostAndPort = "[A-Za-z0-9._-]+:[0-9]{1,5}";

export const port = (
  name: string,
  title: string,
  byDefault: number,
  help = "A port that nothing else uses.",
): TemplateParameter =>
  parameter(name, title, help, { type: "number", default: String(byDefault), pattern: "[0-9]{1,5}" });
