import type { ConfigKind } from "./kind.ts";
import { checkText } from "./text.ts";

/** Any text, delivered as it is. */
export const fileKind: ConfigKind = {
  kind: "file",
  title: "Text file",
  contentType: "text/plain; charset=utf-8",
  contentTypeOf: (content) => (isJson(content) ? "application/json" : "text/plain; charset=utf-8"),
  defaultFileName: "config.txt",
  quoting: "raw",
  language: "text",
  template: "# Delivered to your agents as written here; placeholders are filled in.\ngreeting: hello\n",
  inspect: (content) => ({ diagnostics: checkText(content), references: [] }),
};

/** A JSON object or array: some agents take those only as `application/json`. */
function isJson(content: string): boolean {
  if (!/^\s*[{[]/.test(content)) return false;
  try {
    JSON.parse(content);
    return true;
  } catch {
    return false;
  }
}
