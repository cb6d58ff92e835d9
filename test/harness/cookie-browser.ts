/** As much of a browser as a redirect flow needs: cookies by host, and redirects one at a time. */
export class CookieBrowser {
  readonly #jar = new Map<string, Map<string, string>>();

  async send(
    url: string,
    init: { method?: string; body?: string; type?: string; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const { host } = new URL(url);
    const jar = this.#jar.get(host) ?? new Map<string, string>();
    this.#jar.set(host, jar);
    const answer = await fetch(url, {
      method: init.method ?? "GET",
      redirect: "manual",
      headers: {
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(init.type && { "content-type": init.type }),
        ...init.headers,
      },
      ...(init.body !== undefined && { body: init.body }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      const value = pair.slice(at + 1);
      if (value === "" || /max-age=0/i.test(line)) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), value);
    }
    return answer;
  }

  json(url: string, body: unknown): Promise<Response> {
    return this.send(url, { method: "POST", type: "application/json", body: JSON.stringify(body) });
  }

  form(url: string, fields: Record<string, string>): Promise<Response> {
    return this.send(url, {
      method: "POST",
      type: "application/x-www-form-urlencoded",
      body: new URLSearchParams(fields).toString(),
    });
  }
}

/** Where an answer sends the browser. */
export function locationOf(answer: Response): string {
  const location = answer.headers.get("location");
  if (location === null) throw new Error(`${answer.url} answered ${answer.status}, not a redirect`);
  return new URL(location, answer.url).href;
}
