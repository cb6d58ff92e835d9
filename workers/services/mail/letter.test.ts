import { expect, it } from "vitest";
import { letter } from "./letter.ts";

const made = letter({
  template: "test",
  subject: "Join “A&B <script>”\r\nBcc: all@example.com",
  lead: ["“<img src=x>”\u202e invites you.\nSecond line"],
  button: { label: "Go", url: 'https://muster.example/x#token="a"' },
  facts: [["When", "now"]],
  rest: ["Bye."],
});

it("says the same as text and as HTML", () => {
  for (const part of ["invites you.", "Go", "When", "now", "Bye."]) {
    expect(made.text).toContain(part);
    expect(made.html).toContain(part);
  }
});

it("takes names of strangers as text, in one line", () => {
  expect(made.subject).toBe("Join “A&B <script>” Bcc: all@example.com");
  expect(made.html).toContain("Join “A&amp;B &lt;script&gt;”");
  expect(made.html).not.toMatch(/<script|<img/);
  expect(made.html).toContain('href="https://muster.example/x#token=&quot;a&quot;"');
  expect(made.text).toContain("invites you. Second line");
});

it("loads nothing from elsewhere: a mail does not tell that it was read", () => {
  expect(made.html).not.toMatch(/src=(?!x)|url\(|<link|@import/);
});
