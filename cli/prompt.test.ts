import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { ask } from "./prompt.ts";

function terminal() {
  let shown = "";
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const io = {
    stdin,
    stderr: {
      write: (text: string) => {
        shown += text;
      },
    },
  };
  return { io, stdin, shown: () => shown };
}

const options = { instead: "Pass --password-stdin.", signal: new AbortController().signal };

describe("a question on the terminal", () => {
  it("shows what is typed", async () => {
    const { io, stdin, shown } = terminal();
    const answer = ask(io, "E-mail: ", options);
    stdin.write("ada@example.com\r");
    expect(await answer).toBe("ada@example.com");
    expect(shown()).toContain("E-mail: ");
    expect(shown()).toContain("ada@example.com");
  });

  it("shows nothing of a hidden answer, and lets it be corrected", async () => {
    const { io, stdin, shown } = terminal();
    const answer = ask(io, "Password: ", { ...options, hidden: true });
    stdin.write("secreX\u007ft\r");
    expect(await answer).toBe("secret");
    expect(shown()).toBe("Password: \n");
  });

  it.each([
    ["Ctrl-C", "\u0003"],
    ["Ctrl-D", "\u0004"],
  ])("ends with %s", async (_name, key) => {
    const { io, stdin } = terminal();
    const answer = ask(io, "Password: ", { ...options, hidden: true });
    stdin.write(key);
    await expect(answer).rejects.toMatchObject({ exit: "interrupted" });
  });

  it("is not asked where there is no terminal", async () => {
    const { io } = terminal();
    io.stdin.isTTY = false;
    await expect(ask(io, "E-mail: ", options)).rejects.toMatchObject({
      exit: "usage",
      message: "There is no terminal to ask on. Pass --password-stdin.",
    });
  });
});
