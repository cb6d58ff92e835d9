import { Failure } from "./exit-codes.ts";

/** The origin of a server's address as a person wrote it. */
export function serverUrl(text: string): string {
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new Failure(
      "usage",
      `"${text}" is not a server's address. Use one such as https://muster.example.`,
    );
  }
  return parsed.origin;
}
