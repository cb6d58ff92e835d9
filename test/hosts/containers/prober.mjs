/** `node prober.mjs <url> <callers>`: asks without a pause, each time on a new connection, until standard input ends; then tells. */
import { request } from "node:http";

const [url, callers] = process.argv.slice(2);
const told = { requests: 0, failures: [], answers: {} };
let over = false;

const ask = () =>
  new Promise((resolve) => {
    const asked = request(url, { agent: false, timeout: 30_000 }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => resolve([answer.statusCode, text.trim()]));
      answer.on("error", (error) => resolve([0, error.message]));
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer within 30 s")));
    asked.on("error", (error) => resolve([0, error.message]));
    asked.end();
  });

async function call() {
  while (!over) {
    const [status, text] = await ask();
    told.requests++;
    if (status === 200) told.answers[text] = (told.answers[text] ?? 0) + 1;
    else told.failures.push(`${status} ${text}`.slice(0, 200));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

process.stdin.resume().once("end", () => {
  over = true;
});
await Promise.all(Array.from({ length: Number(callers) }, call));
process.stdout.write(JSON.stringify(told));
