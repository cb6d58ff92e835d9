const timeoutMs = 5_000;
const maxBytes = 4 * 1024 * 1024;

/** The text at `url`. Throws with the reason when there is none within 5 s, or more than 4 MiB of it. */
export async function scrape(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    redirect: "manual",
    headers: { accept: "text/plain;version=0.0.4;q=1,*/*;q=0.1" },
  });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}`);
  }
  const text = new TextDecoder();
  let read = 0;
  let all = "";
  // Leaving the loop by a throw cancels the body.
  for await (const chunk of response.body) {
    read += chunk.byteLength;
    if (read > maxBytes)
      throw new Error(`${url} answered more than ${maxBytes} bytes; expose fewer series there`);
    all += text.decode(chunk, { stream: true });
  }
  return all + text.decode();
}
