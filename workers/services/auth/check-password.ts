import { type PasswordContext, passwordProblem } from "../../../domain/accounts/passwords.ts";
import { refuse } from "../../../domain/errors.ts";

/** Refuses (`validation_failed`, path `password`) what is too easy to guess. */
export function checkPassword(password: string, context: PasswordContext): void {
  const problem = passwordProblem(password, context);
  if (problem === null) return;
  refuse("validation_failed", `The password ${problem}.`, [{ path: "password", message: problem }]);
}
