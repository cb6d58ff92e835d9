import { create } from "@bufbuild/protobuf";
import { base64Encode, getTextEncoding } from "@bufbuild/protobuf/wire";
import { type AgentConfigMap, AgentConfigMapSchema } from "./opamp_pb.js";

export interface ConfigFile {
  name: string;
  contentType: string;
  /** Text, or base64 when `encoding` says so. */
  content: string;
  encoding: "utf8" | "base64";
}

/** Role of a file that carries secrets: our agent lets only its owner read it. Others do not look at roles. */
export const secretFileRole = "io.muster.secret";

/** Text files as an AgentConfigMap. */
export function configMapTo(
  files: readonly { name: string; contentType: string; content: string; secret?: true }[],
): AgentConfigMap {
  const text = getTextEncoding();
  return create(AgentConfigMapSchema, {
    configMap: Object.fromEntries(
      files.map((file) => [
        file.name,
        {
          body: text.encodeUtf8(file.content),
          contentType: file.contentType,
          ...(file.secret && { role: secretFileRole }),
        },
      ]),
    ),
  });
}

/** Bytes that are not UTF-8 text come as base64. Sorted by name. */
export function configMapFrom(map: AgentConfigMap | undefined): ConfigFile[] {
  return Object.entries(map?.configMap ?? {})
    .map(([name, file]) => ({ name, contentType: file.contentType, ...contentFrom(file.body) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function contentFrom(body: Uint8Array): { content: string; encoding: "utf8" | "base64" } {
  try {
    return { content: getTextEncoding().decodeUtf8(body, true), encoding: "utf8" };
  } catch {
    return { content: base64Encode(body), encoding: "base64" };
  }
}
