// The first day at a real server: the printed link, the second factor, accounts for staff, and what each of them sees.
import { axe, blemishes, picture, settled } from './browser.mjs';
import { equal, texts, truth } from './check.mjs';
import { freshCode } from './totp.mjs';

export const phrase = 'Minglu-2026-names';
export const staff = [
  { login: 'chen', name: '陈文静', role: '市级统计员' },
  { login: 'liu', name: '刘晓东', role: '市级统计员' },
  { login: 'lin', name: '林志强', role: '区级统计员', regions: '440305' },
  { login: 'hrss', name: '人社专员', role: '部门', source: 'hrss' },
  { login: 'he', name: '何海燕', role: '审计管理员' },
  { login: 'zheng', name: '郑俊杰', role: '系统管理员' },
  { login: 'wang', name: '王建国', role: '领导' },
];
const secrets = new Map();
const links = new Map();

/** Logs in; the second factor is asked of those who have one. */
export async function enter(page, base, login) {
  await page.goto(`${base}/login`);
  await page.fill('#login', login);
  await page.fill('#password', phrase);
  await page.click('button[type=submit]');
  if (secrets.has(login)) {
    await page.fill('#totp', await freshCode(secrets.get(login)));
    await page.click('button[type=submit]');
  }
  await page.waitForSelector('.frame');
  await settled(page);
}

/** Binds an authenticator on the page of the account. */
export async function enroll(page, base, login) {
  await page.goto(`${base}/account`);
  await settled(page);
  await page.click('.even-2 .panel:last-child .ant-btn');
  await page.waitForSelector('svg[role=img] path');
  const secret = (await page.locator('.secret').innerText()).trim();
  secrets.set(login, secret);
  await page.fill('#code', await freshCode(secret));
  await page.click('.even-2 .panel:last-child button[type=submit]');
  await page.waitForSelector('.even-2 .panel:last-child .chip.good');
}

async function choosePhrase(page, link, login, displayName) {
  await page.goto(link);
  await page.fill('#login', login);
  if (displayName) await page.fill('#display_name', displayName);
  await page.fill('#password', phrase);
  await page.fill('#again', phrase);
  await page.click('button[type=submit]');
}

async function makeUser(page, { login, name, role, regions, source }) {
  await page.click('.page-head .ant-btn-primary');
  await page.fill('#login', login);
  await page.fill('#display_name', name);
  await page.click(`.roles label:has-text("${role}")`);
  if (regions) await page.fill('#regions', regions);
  if (source) await page.fill('#source', source);
  await page.click('.ant-modal button[type=submit]');
  const link = (await page.locator('[data-testid=secret]').innerText()).trim();
  await page.click('.ant-modal-footer button');
  await page.waitForSelector('.ant-modal', { state: 'detached' });
  return link;
}

export const realAccess = [
  {
    title: 'real: the printed link makes the first administrator, once',
    always: true,
    async run({ page, base, context, server }) {
      truth(server.link?.startsWith(base), `the server printed a link: ${server.link}`);
      await choosePhrase(page, server.link, 'zhou', '周国平');
      await page.waitForSelector('.frame');
      await context.clearCookies();
      await choosePhrase(page, server.link, 'zhou', '周国平');
      await page.waitForSelector('[role=alert]');
    },
  },
  {
    title: 'real: the administrator binds a second factor and makes accounts',
    always: true,
    async run({ page, base }) {
      await enter(page, base, 'zhou');
      await enroll(page, base, 'zhou');
      await page.goto(`${base}/users`);
      await settled(page);
      for (const user of staff) links.set(user.login, await makeUser(page, user));
      await settled(page);
      equal(await page.locator('tbody tr.ant-table-row').count(), staff.length + 1, 'users listed');
    },
  },
  {
    title: 'real: everybody sets a pass phrase with the link and sees no refusal on any page',
    always: true,
    async run({ page, base, context }) {
      const visited = new Set();
      const looked = new Set();
      for (const { login } of staff) {
        await context.clearCookies();
        await choosePhrase(page, links.get(login), login);
        await page.waitForSelector('.frame');
        await settled(page);
        const pages = await page
          .locator('.nav a.item, .page a[href^="/"]')
          .evaluateAll((all) => all.map((a) => a.getAttribute('href')));
        for (const path of new Set(pages)) {
          const kind = /^\/\w*/.exec(path)[0];
          if (visited.has(`${login} ${kind}`)) continue;
          visited.add(`${login} ${kind}`);
          await page.goto(base + path);
          await settled(page);
          equal(await texts(page, '.state.failed h3'), [], `refusals of ${login} on ${path}`);
          if (looked.has(kind)) continue; // a page looks the same to everybody
          looked.add(kind);
          await picture(page, `zh${kind}`);
          equal([...(await axe(page)), ...(await blemishes(page))], [], `${login} on ${path}`);
        }
      }
    },
  },
];
