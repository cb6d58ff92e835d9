/**
 * Sums vitest's JSON reports: `node scripts/count-results.mjs <failed checks> <report> …`.
 * A report that is missing, or in which nothing ran, counts as a failure; so does a file that could not be loaded.
 */
import { existsSync, readFileSync } from "node:fs";

const [failedChecks = "0", ...paths] = process.argv.slice(2);
let passed = 0;
let failed = Number(failedChecks);
if (failed > 0) console.log("FAILED  npm run check");

for (const path of paths) {
  const report = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
  if (!report || report.numTotalTests === 0) {
    failed += 1;
    console.log(`FAILED  no test ran for ${path.split("/").at(-1)}`);
    continue;
  }
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  for (const file of report.testResults) {
    const broken = file.assertionResults.filter((one) => one.status === "failed");
    for (const one of broken) console.log(`FAILED  ${file.name}: ${one.fullName}`);
    if (file.status === "failed" && broken.length === 0) {
      failed += 1;
      console.log(`FAILED  ${file.name}: ${file.message || "could not be loaded"}`);
    }
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
