// Pictures of every page for people to look at, with axe and a scan for unhandled values on each:
//   node e2e/shots.mjs [part of a name]     writes e2e/shots/*.png; exit status 1 when something was found.
import { mkdirSync } from 'node:fs';
import { axe, blemishes, logIn, openBrowser, settled, startServer } from './browser.mjs';
import { pages, publicPages } from './pages.mjs';

const only = process.argv[2] ?? '';
const out = new URL('shots/', import.meta.url).pathname;
mkdirSync(out, { recursive: true });
const server = await startServer();
const { context, page, errors } = await openBrowser();
let bad = 0;

async function shoot({ name, path, width = 1440, lang = 'zh', act }) {
  if (!name.includes(only)) return;
  errors.length = 0;
  await page.setViewportSize({ width, height: 900 });
  await page.goto(`${server.base}/favicon.svg`);
  await page.evaluate((value) => localStorage.setItem('minglu.language', value), lang);
  await page.goto(server.base + path);
  await settled(page);
  if (act) await act(page);
  const found = [...(await axe(page)), ...(await blemishes(page)), ...errors];
  await page.screenshot({ path: `${out}${name}.png`, fullPage: true });
  bad += found.length ? 1 : 0;
  console.log(`${found.length ? 'BAD ' : 'ok  '} ${name}${found.map((line) => `\n       ${line}`).join('')}`);
}

try {
  for (const shot of publicPages) await shoot(shot);
  await logIn(page, server.base);
  for (const shot of pages) await shoot(shot);
} finally {
  await context.close();
  server.stop();
}
process.exitCode = bad ? 1 : 0;
