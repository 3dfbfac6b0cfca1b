// Browser tests of the console: node e2e/run.mjs [part of a title]. Against the mock, or a server: BASE_URL, LOGIN,
// PASSWORD (then only the tests that need no invented data run). real.mjs starts a server of its own.
import { startServer } from './browser.mjs';
import { access } from './access.test.mjs';
import { desks } from './desks.test.mjs';
import { map } from './map.test.mjs';
import { register } from './register.test.mjs';
import { runTests } from './runner.mjs';

const server = await startServer();
try {
  await runTests([...access, ...register, ...map, ...desks], server, {
    only: process.argv[2],
    skips: (test) => test.mockOnly && !server.mocked,
  });
} finally {
  server.stop();
}
