/**
 * What a password may not be (NIST SP 800-63B, 3.1.1.2): too easy to guess, by being common or by saying what
 * everybody knows. No rules of composition. Its length is the contract's: 12 to 200 characters.
 */
export interface PasswordContext {
  email: string;
  organizationName?: string | undefined;
}

/** What must remain when the words that everybody knows are taken out. */
const ownCharacters = 6;
const shortestWord = 4;

/** The commonest of leaked passwords that are long enough to be taken at all. */
const commonest = new Set([
  "000000000000",
  "111111111111",
  "123123123123",
  "1234567890123",
  "1234567890ab",
  "12345678910a",
  "123456789101112",
  "123456789123",
  "1234qwerasdf",
  "123qweasdzxc",
  "1q2w3e4r5t6y",
  "1q2w3e4r5t6y7u",
  "1qaz2wsx3edc",
  "1qaz2wsx3edc4rfv",
  "1qazxsw23edc",
  "abcdefghijkl",
  "adminadminadmin",
  "administrator",
  "asdfghjkl123",
  "changemenow1",
  "changemeplease",
  "iloveyou1234",
  "iloveyouforever",
  "letmeinletmein",
  "letmein12345",
  "michaeljordan",
  "mypassword123",
  "p4ssw0rdp4ssw0rd",
  "passw0rdpassw0rd",
  "password1234",
  "password12345",
  "password123456",
  "password123!",
  "password1234!",
  "passwordpassword",
  "q1w2e3r4t5y6",
  "qazwsxedcrfv",
  "qweasdzxc123",
  "qwerty123456",
  "qwerty12345678",
  "qwertyqwerty",
  "qwertyuiop12",
  "qwertyuiop123",
  "qwertyuiopas",
  "qwertyuiopasdfghjkl",
  "secretsecret",
  "starwars1234",
  "superman1234",
  "trustno1trustno1",
  "unknownpassword",
  "welcome12345",
  "welcomewelcome",
  "zaq12wsxcde3",
  "zxcvbnm12345",
]);

const plain = (text: string): string => text.normalize("NFKC").toLowerCase();
const letters = (text: string): string => plain(text).replace(/[^\p{L}\p{N}]/gu, "");

/** Why the password is refused, as what to do instead; null = it may be taken. */
export function passwordProblem(password: string, context: PasswordContext): string | null {
  const given = plain(password);
  if (commonest.has(given)) return "is one of the commonest passwords; choose another one";
  if (new Set(given).size < 4) return "repeats a few characters; choose another one";
  if (isRun(given)) return "is a run of neighbouring characters; choose another one";
  const [local = "", domain = ""] = context.email.split("@");
  const known = [context.email, local, domain, context.organizationName ?? "", "muster", "password"];
  const words = known.map(letters).filter((word) => word.length >= shortestWord);
  const rest = words
    .toSorted((a, b) => b.length - a.length)
    .reduce((text, word) => text.replaceAll(word, ""), letters(password));
  if (rest.length < Math.min(ownCharacters, letters(password).length)) {
    return "is little more than your e-mail address, your organization's name or “password”; choose another one";
  }
  return null;
}

/** Each character is the one after, or the one before, its neighbour. */
function isRun(text: string): boolean {
  const steps = [...text].slice(1).map((char, i) => char.charCodeAt(0) - text.charCodeAt(i));
  return [1, -1].some((step) => steps.every((one) => one === step));
}
