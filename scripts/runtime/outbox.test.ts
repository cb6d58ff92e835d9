import { mkdtempSync, readdirSync, statSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Outbox, openOutbox } from "./outbox.ts";
import { freePort } from "./runtime.ts";

const dir = mkdtempSync(join(tmpdir(), "muster-outbox-"));
const mail = {
  from: "Muster <no-reply@muster.local>",
  to: "ada@example.com",
  subject: "<b>Hello</b>",
  text: "Open http://127.0.0.1:1/verify#token=abc and go on.\n",
  html: "<p>Hello</p>",
};
let outbox: Outbox;

beforeAll(async () => {
  outbox = await openOutbox(dir, freePort);
});
afterAll(() => outbox.stop());

const send = (token: string) =>
  fetch(outbox.vars.MAIL_URL, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(mail),
  });

it("takes mails only from whom it gave its token to, and keeps them as files for their owner", async () => {
  expect((await send("another")).status).toBe(401);
  expect(readdirSync(dir)).toEqual([]);
  expect((await send(outbox.vars.MAIL_TOKEN)).status).toBe(202);
  const files = readdirSync(dir);
  expect(files.map((name) => name.split(".").at(-1)).toSorted()).toEqual(["json", "txt"]);
  expect(files.map((name) => statSync(join(dir, name)).mode & 0o777)).toEqual([0o600, 0o600]);
  const found = await (await fetch(`${outbox.url}/mails?to=${mail.to}`)).json();
  expect(found).toEqual([expect.objectContaining(mail)]);
  expect(await (await fetch(`${outbox.url}/mails?to=bob@example.com`)).json()).toEqual([]);
});

it("shows them on a page that takes no text for markup", async () => {
  const page = await (await fetch(outbox.url)).text();
  expect(page).toContain("&lt;b&gt;Hello&lt;/b&gt;");
  expect(page).not.toContain("<b>Hello");
  const [{ id } = { id: "none" }] = (await (await fetch(`${outbox.url}/mails`)).json()) as { id: string }[];
  const shown = await (await fetch(`${outbox.url}/mails/${id}`)).text();
  expect(shown).toContain('<a href="http://127.0.0.1:1/verify#token=abc">');
  expect(await (await fetch(`${outbox.url}/html/${id}`)).text()).toBe(mail.html);
  expect((await fetch(`${outbox.url}/mails/no-such-mail`)).status).toBe(404);
});

it("answers nobody who reached it by another name", async () => {
  const status = await new Promise((resolve, reject) => {
    const { port } = new URL(outbox.url);
    request({ host: "127.0.0.1", port, path: "/mails", headers: { host: "evil.example" } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on("error", reject)
      .end();
  });
  expect(status).toBe(421);
});
