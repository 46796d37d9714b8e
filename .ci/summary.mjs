/**
 * Reads the JSON reports in a directory, of Vitest and of Playwright, and prints each failed test with the first lines
 * of its error, then `N passed, N failed, N skipped`. What the steps printed at length may be out of reach by then.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const LINES_OF_AN_ERROR = 12;
const [directory, failedSteps] = process.argv.slice(2);

function ofVitest(report) {
  const tests = report.testResults.flatMap(({ name, assertionResults, message, status }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    // A file that does not load has no test that failed.
    if (failed.length === 0 && status === 'failed') return [{ title: basename(name), error: message }];
    return failed.map((test) => ({
      title: `${basename(name)} > ${test.fullName}`,
      error: test.failureMessages.join('\n'),
    }));
  });
  const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = report;
  return { passed, failed, skipped, tests };
}

function ofPlaywright({ stats, suites }) {
  const specs = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specs)];
  const tests = suites
    .flatMap(specs)
    .filter((spec) => !spec.ok)
    .map((spec) => ({
      title: `${spec.file} > ${spec.title}`,
      error: spec.tests.flatMap((test) => test.results.map((result) => result.error?.message ?? '')).join('\n'),
    }));
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped, tests };
}

const total = { passed: 0, failed: 0, skipped: 0 };
for (const file of readdirSync(directory)) {
  const report = JSON.parse(readFileSync(join(directory, file), 'utf8'));
  const { tests, ...counts } = 'stats' in report ? ofPlaywright(report) : ofVitest(report);
  for (const key of Object.keys(total)) total[key] += counts[key];
  for (const { title, error } of tests) {
    console.log(`FAILED in ${basename(file, '.json')}: ${title}`);
    const lines = stripVTControlCharacters(error ?? '')
      .split('\n')
      .slice(0, LINES_OF_AN_ERROR);
    for (const line of lines) console.log(`    ${line}`);
  }
}
// A step that ended without counting its failure, such as lint, is one.
if (total.failed === 0) total.failed = Number(failedSteps);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
