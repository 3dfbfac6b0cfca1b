// What the browser tests share: a browser, the mock (or the server that BASE_URL names), a login, axe, and checks.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { breaches } from './contract.mjs';

const axeSource = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage', // a container's /dev/shm is small or absent
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the mock on a free port unless BASE_URL names a server; `stop` ends what was started. */
export async function startServer() {
  if (process.env.BASE_URL) return { base: process.env.BASE_URL, mocked: false, stop: () => undefined };
  const port = 20000 + (process.pid % 20000);
  const child = spawn(process.execPath, [new URL('../mock/server.mjs', import.meta.url).pathname, String(port)]);
  await new Promise((ready, failed) => {
    child.stdout.once('data', ready);
    child.stderr.on('data', (text) => process.stderr.write(text));
    child.once('exit', () => failed(new Error('the mock did not start')));
  });
  return { base: `http://127.0.0.1:${port}`, mocked: true, stop: () => child.kill() };
}

// A browser may write for a moment after it was closed, so profiles go when the tests end.
const profiles = [];
process.once('exit', () => profiles.forEach((path) => rmSync(path, { recursive: true, force: true, maxRetries: 5 })));

/** A browser of its own profile; the executable is CHROMIUM or Debian's. */
export async function openBrowser(width = 1440, height = 900) {
  const profile = mkdtempSync(join(tmpdir(), 'minglu-e2e-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: flags,
    viewport: { width, height },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    acceptDownloads: true,
  });
  profiles.push(profile);
  const page = context.pages()[0] ?? (await context.newPage());
  const errors = [];
  page.on('pageerror', (error) => errors.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    // A refused request is reported by the browser too; the pages show it, so it is no error of theirs.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) errors.push(message.text());
  });
  watchAnswers(page, errors);
  return { context, page, errors };
}

/** Notes every answer that differs from the contract. */
function watchAnswers(page, errors) {
  page.on('response', async (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.startsWith('/api/v1/')) return;
    const type = (response.headers()['content-type'] ?? '').split(';')[0];
    const body = type.endsWith('json') ? await response.text().catch(() => undefined) : '';
    if (body === undefined) return; // the page went on before the answer was read
    const answer = { method: response.request().method(), path: pathname, status: response.status(), type, body };
    for (const line of breaches(answer)) if (!errors.includes(line)) errors.push(line);
  });
}

export async function logIn(
  page,
  base,
  name = process.env.LOGIN ?? 'demo',
  phrase = process.env.PASSWORD ?? 'minglu-demo',
) {
  await page.goto(`${base}/login`);
  await page.fill('#login', name);
  await page.fill('#password', phrase);
  await page.click('button[type=submit]');
  await page.waitForSelector('.frame');
}

/** Waits until nothing is being asked and no list says that it loads. */
export async function settled(page) {
  await page.waitForTimeout(50); // what was just pressed begins to ask
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => !document.querySelector('.state .ant-spin, [aria-busy=true]'), undefined, {
    timeout: 30_000,
  });
}

/** A picture of the whole page for people to look at, where PICTURES names a folder. */
export async function picture(page, name) {
  if (!process.env.PICTURES) return;
  const file = `${name.replace(/[^\w-]+/g, '_').replace(/^_|_$/g, '') || 'root'}.png`;
  await page.screenshot({ path: join(process.env.PICTURES, file), fullPage: true });
}

/** Serious and critical findings of axe, one line each. */
export async function axe(page) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.slice(0, 3).map((node) => `${id}: ${node.target.join(' ')}`));
}

/** Words that mean a value was not handled, raw keys of the text tables, and targets under 24 px. */
export async function blemishes(page) {
  return page.evaluate(() => {
    const found = [];
    const text = document.body.innerText;
    for (const word of ['undefined', 'NaN', '[object', 'null'])
      if (text.includes(word)) found.push(`shows "${word}"`);
    const key = /\b(?:nav|state|form|unit|search|op|role|sources|exports|audit)\.[a-z]\w+/.exec(text);
    if (key) found.push(`shows the key ${key[0]}`);
    for (const target of document.querySelectorAll('a[href], button, select, [role=tab], input:not([type=hidden])')) {
      const { width, height } = (target.closest('label') ?? target).getBoundingClientRect();
      const inText = getComputedStyle(target).display === 'inline' && target.closest('p');
      if (width > 0 && height > 0 && height < 24 && !inText && !target.closest('.ant-input-affix-wrapper')) {
        found.push(`target of ${Math.round(height)} px: ${target.outerHTML.slice(0, 90)}`);
      }
    }
    if (document.documentElement.scrollWidth > innerWidth + 1) found.push('scrolls sideways');
    return found.slice(0, 8);
  });
}
