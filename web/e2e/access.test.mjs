import { logIn, settled } from './browser.mjs';
import { equal, eventually, texts, truth } from './check.mjs';

const navTitles = (page) => texts(page, '.nav a.item .label');

export const access = [
  {
    title: 'a page asked for without a session leads to the login and back',
    async run({ page, base }) {
      await page.goto(`${base}/search?district=440305`);
      await page.waitForURL(/\/login\?to=/);
      await page.fill('#login', process.env.LOGIN ?? 'demo');
      await page.fill('#password', process.env.PASSWORD ?? 'minglu-demo');
      await page.click('button[type=submit]');
      await page.waitForURL(/\/search\?district=440305/);
    },
  },
  {
    title: 'an address of somebody else does not follow a login',
    async run({ page, base }) {
      await page.goto(`${base}/login?to=${encodeURIComponent('//evil.example/')}`);
      await page.fill('#login', process.env.LOGIN ?? 'demo');
      await page.fill('#password', process.env.PASSWORD ?? 'minglu-demo');
      await page.click('button[type=submit]');
      await page.waitForSelector('.frame');
      equal(new URL(page.url()).pathname, '/', 'page after the login');
    },
  },
  {
    title: 'a single sign-on goes to the issuer and comes back to where one wanted to go',
    mockOnly: true,
    async run({ page, base }) {
      await page.goto(`${base}/login?to=${encodeURIComponent('/search?district=440305')}`);
      await page.click('button:has-text("用智慧统计平台登录")');
      await page.waitForURL(/\/search\?district=440305/);
      await page.goto(`${base}/sign-on?error=access_denied`);
      await page.waitForSelector('text=单点登录没有完成');
      await page.goto(`${base}/sign-on?state=other&code=x`);
      await page.waitForSelector('[role=alert] .mono');
      await page.click('button:has-text("回到登录页")');
      await page.waitForURL(/\/login$/);
    },
  },
  {
    title: 'a wrong pass phrase shows the problem and its trace',
    async run({ page, base }) {
      await page.goto(`${base}/login`);
      await page.fill('#login', 'nobody');
      await page.fill('#password', 'wrong-phrase');
      await page.click('button[type=submit]');
      await page.waitForSelector('[role=alert] .mono');
      truth(page.url().includes('/login'), 'left the login');
    },
  },
  {
    title: 'a second factor is asked for when the server wants one',
    mockOnly: true,
    async run({ page, base }) {
      await page.goto(`${base}/login`);
      await page.fill('#login', 'totp');
      await page.fill('#password', 'minglu-demo');
      await page.click('button[type=submit]');
      await page.fill('#totp', '000000');
      await page.click('button[type=submit]');
      await page.waitForSelector('[role=alert]');
      await page.fill('#totp', '123456');
      await page.click('button[type=submit]');
      await page.waitForSelector('.frame');
    },
  },
  {
    title: 'the one-time link of the first start makes an administrator, once',
    mockOnly: true,
    async run({ page, base, context }) {
      const fill = async () => {
        await page.goto(`${base}/setup?token=first`);
        await page.fill('#login', 'chief');
        await page.fill('#display_name', '首任管理员');
        await page.fill('#password', 'four quiet words here');
        await page.fill('#again', 'four quiet words here');
        await page.click('button[type=submit]');
      };
      await fill();
      await page.waitForSelector('.frame');
      equal(await navTitles(page), ['用户', '接口密钥'], 'navigation of a security administrator');
      await context.clearCookies();
      await fill();
      await page.waitForSelector('[role=alert]');
    },
  },
  {
    title: 'the navigation shows only what the role may do',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base, 'audit');
      await settled(page);
      equal(await navTitles(page), ['接口密钥', '审计'], 'navigation of an audit administrator');
      equal(await page.locator('.top .find').count(), 0, 'search boxes');
    },
  },
  {
    title: 'every page of every role opens without a refusal',
    mockOnly: true,
    async run({ page, base, context }) {
      for (const login of ['city', 'nanshan', 'security', 'audit', 'system', 'leader', 'scjg']) {
        await context.clearCookies();
        await logIn(page, base, login);
        await settled(page);
        const links = await page
          .locator('.nav a.item, .page a[href^="/"]')
          .evaluateAll((all) => all.map((a) => a.getAttribute('href')));
        for (const link of new Set([...links.slice(0, 30), ...(login === 'scjg' ? ['/units/U100029'] : [])])) {
          await page.goto(base + link);
          await settled(page);
          equal(await texts(page, '.state.failed h3'), [], `refusals of ${login} on ${link}`);
        }
      }
    },
  },
  {
    title: 'a user is made, gets a one-time link, and sets a pass phrase with it',
    mockOnly: true,
    async run({ page, base, context }) {
      await logIn(page, base, 'security');
      await page.goto(`${base}/users`);
      await settled(page);
      await page.click('.page-head .ant-btn-primary');
      await page.fill('#login', 'newcomer');
      await page.fill('#display_name', '新来的');
      await page.click('.roles label:has-text("区级统计员")');
      await page.fill('#regions', '44030X');
      await page.click('.ant-modal button[type=submit]');
      await page.waitForSelector('.ant-form-item-explain-error');
      await page.fill('#regions', '440305，440306');
      await page.click('.ant-modal button[type=submit]');
      const link = (await page.locator('[data-testid=secret]').innerText()).trim();
      truth(link.startsWith(base), `the link is whole: ${link}`);
      await context.clearCookies();
      await page.goto(link);
      await page.fill('#login', 'newcomer');
      await page.fill('#password', 'four quiet words here');
      await page.fill('#again', 'something else');
      await page.click('button[type=submit]');
      await page.waitForSelector('.ant-form-item-explain-error');
      await page.fill('#again', 'four quiet words here');
      await page.click('button[type=submit]');
      await page.waitForSelector('.frame');
    },
  },
  {
    title: 'a user is changed under the version that was seen, and locked at once',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base, 'security');
      await page.goto(`${base}/users`);
      await settled(page);
      const row = page.locator('tr', { hasText: 'leader' });
      await row.getByText('停用').click();
      await eventually(async () => (await row.innerText()).includes('已停用'), 'the state follows');
      await row.getByText('修改').click();
      await page.fill('#display_name', '王建国（调研）');
      await page.click('.ant-modal button[type=submit]');
      await eventually(async () => (await row.innerText()).includes('（调研）'), 'the name follows');
    },
  },
  {
    title: 'a key is made, shown once, and revoked',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base, 'security');
      await page.goto(`${base}/api-keys`);
      await settled(page);
      await page.click('.page-head .ant-btn-primary');
      await page.fill('#name', '人社推送');
      await page.fill('#source', 'hrss');
      await page.click('.ant-modal button[type=submit]');
      truth((await page.locator('[data-testid=secret]').innerText()).startsWith('mk_'), 'the secret is shown');
      await page.click('.ant-modal-footer button');
      const row = page.locator('tr', { hasText: '人社推送' });
      await row.getByText('作废').click();
      await page.click('.ant-modal-confirm-btns .ant-btn-dangerous');
      await eventually(async () => (await row.innerText()).includes('已作废'), 'the key is revoked');
    },
  },
  {
    title: 'the audit trail is filtered and verified',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base, 'audit');
      await page.goto(`${base}/audit`);
      await settled(page);
      await page.selectOption('#outcome', 'denied');
      await page.click('.audit-filter button[type=submit]');
      await page.waitForURL(/outcome=denied/);
      await settled(page);
      await eventually(async () => {
        const marks = await texts(page, 'tbody .chip');
        return marks.length > 0 && marks.every((mark) => mark === '拒绝');
      }, 'only denials are listed');
      await page.click('.page-head .ant-btn-primary');
      await page.waitForSelector('.ant-alert-success');
    },
  },
  {
    title: 'a second factor is enrolled with a QR code and its secret',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base, 'city');
      await page.goto(`${base}/account`);
      await page.click('.even-2 .panel:last-child .ant-btn');
      await page.waitForSelector('svg[role=img] path');
      equal((await page.locator('.secret').innerText()).trim(), 'JBSWY3DPEHPK3PXP', 'secret');
      await page.fill('#code', '123456');
      await page.click('.even-2 .panel:last-child button[type=submit]');
      await page.waitForSelector('.chip.good');
    },
  },
  {
    title: 'the language switches and stays',
    async run({ page, base }) {
      await logIn(page, base);
      await page.click('.top .right button:has-text("English")');
      await page.waitForSelector('h1:has-text("Workbench")');
      await page.reload();
      await page.waitForSelector('h1:has-text("Workbench")');
      equal(await page.getAttribute('html', 'lang'), 'en', 'language of the page');
    },
  },
  {
    title: 'an ended session leads to the login',
    async run({ page, base, context }) {
      await logIn(page, base);
      await settled(page);
      await context.clearCookies();
      await page.click('.nav a[href="/search"]');
      await page.waitForURL(/\/login/);
    },
  },
];
