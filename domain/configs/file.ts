import type { ConfigKind } from "./kind.ts";
import { checkText } from "./text.ts";

/** Any text, delivered as it is. */
export const fileKind: ConfigKind = {
  kind: "file",
  title: "Text file",
  contentType: "text/plain; charset=utf-8",
  defaultFileName: "config.txt",
  language: "text",
  template: "# Delivered to your agents exactly as written here.\ngreeting: hello\n",
  inspect: (content) => ({ diagnostics: checkText(content), references: [] }),
};
