import { hasErrors } from "../../../domain/configs/diagnostic.ts";
import { kinds, validate } from "../../../domain/configs/kinds.ts";
import type { Validation } from "../../../protocol/api/configs.ts";
import type { Context } from "../context.ts";

/** Pure: needs a credential, touches no tenant's data. */
export async function check({
  input,
}: {
  ctx: Context;
  input: { kind: string; content: string };
}): Promise<Validation> {
  const diagnostics = validate(input.kind, input.content);
  return { valid: !hasErrors(diagnostics), diagnostics };
}

export async function listKinds() {
  const items = kinds.map(({ kind, title, contentType, defaultFileName, language, template }) => ({
    kind,
    title,
    contentType,
    defaultFileName,
    language,
    template,
  }));
  return { items, nextCursor: null };
}
