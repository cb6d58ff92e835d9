/** Where bytes come from over HTTP: which addresses may be asked, and how an answer continues what is there. */

const maxRedirects = 5;

export interface Source {
  url: string;
  /** Sent to the origin of `url` alone. */
  headers: Record<string, string>;
}

/** What cannot get better by asking again. */
export class RefusedSource extends Error {
  override readonly name = "RefusedSource";
}

/** Why an address is not asked; null = it is. Plain HTTP would let anyone on the way see and hold back what is loaded. */
export function addressProblem(url: string): string | null {
  if (!URL.canParse(url)) return `"${url}" is not a URL`;
  const { protocol, hostname, host } = new URL(url);
  if (protocol === "https:") return null;
  if (protocol === "http:" && isLoopback(hostname)) return null;
  return `${protocol}//${host} is not asked: a package comes over https, or over http from this host itself`;
}

const isLoopback = (hostname: string) =>
  hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);

/** How to ask for what is missing. `validator`: an ETag or a date that says whether it is still the same file. */
export interface Resume {
  have: number;
  validator: string | null;
}

export interface Answer {
  body: AsyncIterable<Uint8Array>;
  /** Where `body` begins in the file: `have`, or 0 when it comes from the start. */
  from: number;
  /** Of the whole file; null = it was not said. */
  totalBytes: number | null;
  validator: string | null;
}

/** Asks, following a few redirects. Throws RefusedSource where nothing else would come another time. */
export async function ask(source: Source, { have, validator }: Resume, signal: AbortSignal): Promise<Answer> {
  const range = have > 0 && validator !== null ? { range: `bytes=${have}-`, "if-range": validator } : {};
  let url = source.url;
  for (let hops = 0; hops <= maxRedirects; hops++) {
    const problem = addressProblem(url);
    if (problem) throw new RefusedSource(problem);
    const own = new URL(url).origin === new URL(source.url).origin ? source.headers : {};
    const response = await fetch(url, {
      headers: { ...own, ...range, "accept-encoding": "identity" },
      redirect: "manual",
      signal,
    });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null) return answerOf(response, have);
    await response.body?.cancel();
    url = new URL(location, url).href;
  }
  throw new RefusedSource(`${hostOf(source.url)} redirects more than ${maxRedirects} times`);
}

async function answerOf(response: Response, have: number): Promise<Answer> {
  const { status, headers, body } = response;
  const where = hostOf(response.url);
  if (status !== 200 && status !== 206) {
    await body?.cancel();
    const text = `${where} answered ${status}`;
    // Too much asked, a passing trouble, or a range that does not fit: asked again, then from the start.
    if (status === 408 || status === 416 || status === 429 || status >= 500)
      throw new PassingAnswer(text, status);
    throw new RefusedSource(`${text}; check the package's URL, and who may read it`);
  }
  if (!body) throw new PassingAnswer(`${where} answered without bytes`, status);
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "");
  if (status === 206 && Number(range?.[1]) !== have) {
    await body.cancel();
    throw new PassingAnswer(`${where} answered with another part than the one asked for`, 416);
  }
  const length = headers.get("content-length");
  const total = status === 206 ? (range?.[2] ?? "*") : (length ?? "*");
  return {
    body,
    from: status === 206 ? have : 0,
    totalBytes: total === "*" ? null : Number(total),
    validator: validatorOf(headers),
  };
}

/** An answer that may be better the next time. 416: only from the start. */
export class PassingAnswer extends Error {
  override readonly name = "PassingAnswer";
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Weak ones do not promise the same bytes. */
function validatorOf(headers: Headers): string | null {
  const tag = headers.get("etag");
  return tag !== null && !tag.startsWith("W/") ? tag : headers.get("last-modified");
}

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : url);
