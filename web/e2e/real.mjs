// Browser tests against the real program: node e2e/real.mjs [part of a title]. Makes a city, serves it, sets it up
// through the printed link and works in it (city.mjs). MINGLU names another program than build/release/bin/minglu.
import { startCity } from './city.mjs';
import { phrase, realAccess } from './real_access.test.mjs';
import { realWork } from './real_work.test.mjs';
import { runTests } from './runner.mjs';

process.env.LOGIN = 'liu';
process.env.PASSWORD = phrase;
const { access } = await import('./access.test.mjs');
const { desks } = await import('./desks.test.mjs');
const { register } = await import('./register.test.mjs');

const server = await startCity();
try {
  await runTests([...realAccess, ...realWork, ...access, ...register, ...desks], server, {
    only: process.argv[2],
    skips: (test) => test.mockOnly,
    name: 'failed_real',
    waitMs: 30_000, // pass phrases are dear to compute, and machines may be busy
  });
} finally {
  await server.stop();
}
