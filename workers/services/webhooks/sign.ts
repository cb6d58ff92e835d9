/**
 * The headers of Standard Webhooks (https://www.standardwebhooks.com): one signature for each key, so that a target
 * verifies with the old or the new one while they change over.
 */
export async function signedHeaders(
  keys: readonly Uint8Array[],
  message: { id: string; atMs: number; body: string },
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(message.atMs / 1000));
  const content = new TextEncoder().encode(`${message.id}.${timestamp}.${message.body}`);
  const signatures = await Promise.all(keys.map((key) => signature(key, content)));
  return {
    "webhook-id": message.id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.map((one) => `v1,${one}`).join(" "),
  };
}

async function signature(bytes: Uint8Array, content: Uint8Array): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
  return Buffer.from(await crypto.subtle.sign("HMAC", key, content)).toString("base64");
}
