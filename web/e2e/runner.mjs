// Runs tests one after the other and counts them. Each has a browser of its own, and fails too when the page reports an
// error or breaks the policy of its own server.
import { openBrowser } from './browser.mjs';

/** Where the pictures of failures go. */
const pictureOf = (name) => new URL(`${name}.png`, import.meta.url).pathname;

async function runOne(test, server, { name, waitMs }) {
  const { context, page, errors } = await openBrowser();
  page.setDefaultTimeout(waitMs);
  try {
    await test.run({ page, base: server.base, context, server });
    if (errors.length) throw new Error(`the page reported: ${errors.join(' | ')}`);
    return undefined;
  } catch (error) {
    await page.screenshot({ path: pictureOf(name) }).catch(() => undefined);
    return [...error.message.split('\n').slice(0, 4), ...errors].join('\n      ');
  } finally {
    await context.close();
  }
}

/** Prints a line per test and, last, "N passed, N failed, N skipped"; sets the exit status. */
export async function runTests(
  tests,
  server,
  { only = '', skips = () => false, name = 'failed', waitMs = 10_000 } = {},
) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const test of tests.filter((one) => one.always || one.title.includes(only))) {
    if (skips(test)) {
      counts.skipped += 1;
      continue;
    }
    const wrong = await runOne(test, server, { name: `${name}_${counts.failed + 1}`, waitMs });
    counts[wrong ? 'failed' : 'passed'] += 1;
    console.log(wrong ? `FAIL  ${test.title}\n      ${wrong}` : `ok    ${test.title}`);
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  process.exitCode = counts.failed ? 1 : 0;
}
