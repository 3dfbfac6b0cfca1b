// Browser tests of the console: node e2e/run.mjs [part of a title]. Against the mock, or a server: BASE_URL, LOGIN,
// PASSWORD (then only the tests that need no invented data run). Ends with "N passed, N failed".
import { openBrowser, startServer } from './browser.mjs';
import { access } from './access.test.mjs';
import { desks } from './desks.test.mjs';
import { map } from './map.test.mjs';
import { register } from './register.test.mjs';

const only = process.argv[2] ?? '';
const server = await startServer();
let passed = 0;
let failed = 0;
let skipped = 0;

/** Every test has a browser of its own, and fails too when the page reports an error or the policy is broken. */
async function run(test) {
  if (!test.title.includes(only)) return;
  if (test.mockOnly && !server.mocked) {
    skipped += 1;
    return;
  }
  const { context, page, errors } = await openBrowser();
  page.setDefaultTimeout(10_000);
  try {
    await test.run({ page, base: server.base, context });
    if (errors.length) throw new Error(`the page reported: ${errors.join(' | ')}`);
    passed += 1;
    console.log(`ok    ${test.title}`);
  } catch (error) {
    failed += 1;
    const lines = [...error.message.split('\n').slice(0, 4), ...errors];
    console.log(`FAIL  ${test.title}\n      ${lines.join('\n      ')}`);
    await page.screenshot({ path: new URL(`failed_${failed}.png`, import.meta.url).pathname }).catch(() => undefined);
  } finally {
    await context.close();
  }
}

try {
  for (const test of [...access, ...register, ...map, ...desks]) await run(test);
} finally {
  server.stop();
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed ? 1 : 0;
