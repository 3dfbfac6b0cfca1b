import { logIn, settled } from './browser.mjs';
import { equal, eventually, texts, truth } from './check.mjs';

const rows = (page) => page.locator('.table-scroll tbody tr.ant-table-row').count();

export const register = [
  {
    title: 'every number of the workbench opens its list',
    async run({ page, base }) {
      await logIn(page, base);
      await settled(page);
      const links = await page
        .locator('a.tile')
        .evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('href')));
      equal(links.length, 6, 'tiles');
      for (const link of links) {
        await page.goto(base + link);
        await settled(page);
        truth(await page.locator('h1').count(), `${link} opens a page`);
        equal(await page.locator('.state.failed').count(), 0, `failures on ${link}`);
      }
    },
  },
  {
    title: 'a search from the top box shows units, opens one and comes back',
    async run({ page, base }) {
      await logIn(page, base);
      await page.fill('.top .find input', '深圳');
      await page.press('.top .find input', 'Enter');
      await page.waitForURL(/\/search\?q=/);
      await eventually(async () => (await rows(page)) > 0, 'there are units');
      await page.locator('.table-scroll tbody a[href^="/units/"]').first().click();
      await page.waitForSelector('.unit-head');
      await page.goBack();
      await page.waitForURL(/\/search\?q=/);
    },
  },
  {
    title: 'facets narrow the search and more rows come by the cursor',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base);
      await page.goto(`${base}/search`);
      await settled(page);
      equal(await rows(page), 50, 'rows of the first page');
      await page.click('.more button');
      await eventually(async () => (await rows(page)) === 100, 'the second page is added');
      await page.click('.facet label:has-text("南山区")');
      await page.waitForURL(/district=440305/);
      const districts = () => texts(page, '.table-scroll tbody td:nth-child(3)');
      await eventually(async () => (await districts()).every((name) => name === '南山区'), 'all are of the district');
      await page.click('.facet label:has-text("有来源冲突")');
      await page.waitForURL(/has_conflict=true/);
      await page.click('.facet button:has-text("清除筛选")');
      await eventually(() => !page.url().includes('district'), 'filters are gone');
    },
  },
  {
    title: 'columns are chosen, filters are saved by name and opened again',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base);
      await page.goto(`${base}/search?status=2`);
      await settled(page);
      await page.click('button:has-text("选择列")');
      await page.click('.ant-popover label:has-text("地址")');
      await page.waitForSelector('th:has-text("地址")');
      await page.keyboard.press('Escape');
      await page.click('h1');
      await page.click('button:has-text("常用筛选")');
      await page.click('.ant-popover button:has-text("保存当前筛选")');
      await page.fill('.ant-modal input', '停业的');
      await page.click('.ant-modal-footer .ant-btn-primary');
      await page.waitForSelector('.ant-modal', { state: 'detached' });
      await page.goto(`${base}/search`);
      await settled(page);
      truth(await page.locator('th:has-text("地址")').count(), 'the column stays');
      await page.click('button:has-text("常用筛选")');
      await page.click('.ant-popover button:has-text("停业的")');
      await page.waitForURL(/status=2/);
    },
  },
  {
    title: 'the list on the screen is exported and waits in the exports centre',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base);
      await page.goto(`${base}/search?district=440305`);
      await settled(page);
      await page.click('.page-head button:has-text("导出")');
      await page.click('.ant-modal button[type=submit]');
      await page.waitForURL(/\/exports\?job=/);
      await page.waitForSelector('a:has-text("下载")', { timeout: 15_000 });
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('a:has-text("下载")')]);
      truth((await download.suggestedFilename()).length > 0, 'a file comes');
    },
  },
  {
    title: 'a unit is seen as of a date, as known then, and as of today again',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base);
      await page.goto(`${base}/units/U100029`);
      await page.waitForSelector('.slider input');
      const address = async () => (await texts(page, 'tr:has(td:text-is("单位所在地"))')).join('');
      truth(!(await address()).includes('旧厂房'), 'the address of today');
      await page.focus('.slider input');
      for (let i = 0; i < 4; i += 1) await page.keyboard.press('ArrowLeft');
      await page.waitForURL(/as_of=2022-07-12/);
      await eventually(async () => (await address()).includes('旧厂房'), 'the old address is shown');
      await page.selectOption('.timeline select', '31');
      await page.waitForURL(/known_at=31/);
      await page.waitForSelector('.timeline .chip:has-text("#31")');
      await page.click('button:has-text("回到今天")');
      await eventually(async () => !(await address()).includes('旧厂房'), 'the address of today again');
    },
  },
  {
    title: 'fields open to their claims and reasons',
    async run({ page, base }) {
      await logIn(page, base);
      await page.goto(`${base}/search`);
      await settled(page);
      await page.locator('.table-scroll tbody a[href^="/units/"]').first().click();
      await page.waitForSelector('.unit-head');
      await page.locator('.ant-table-row-expand-icon').first().click();
      await page.waitForSelector('.claims .claim.wins');
      for (const tab of await page.locator('[role=tab]').all()) {
        await tab.click();
        await settled(page);
        equal(await page.locator('.state.failed').count(), 0, `failures on ${await tab.innerText()}`);
      }
    },
  },
  {
    title: 'masked values are shown for a reason only',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base);
      await page.goto(`${base}/units/U100029`);
      await page.click('button:has-text("显示被遮盖的内容")');
      await page.click('.ant-modal button[type=submit]');
      await page.waitForSelector('.ant-form-item-explain-error');
      await page.fill('#reason', '核对联系方式');
      await page.click('.ant-modal button[type=submit]');
      await page.waitForSelector('text=13800001234');
      await page.click('[role=tab]:has-text("访问与变更")');
      await page.waitForSelector('text=核对联系方式');
    },
  },
  {
    title: 'a failing list shows the problem, its trace and a way to try again',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base);
      await page.goto(`${base}/search?fail=search_units:503`);
      await page.waitForSelector('.state.failed');
      const shown = await page.locator('.state.failed').innerText();
      for (const part of ['系统暂时只读', '磁盘已满', '追踪号', '重试']) truth(shown.includes(part), `shows ${part}`);
      await page.evaluate(() => history.replaceState(null, '', '/search'));
      await page.click('.state.failed button');
      await eventually(async () => (await rows(page)) > 0, 'the list comes when it works again');
    },
  },
  {
    title: 'a server that is gone is told in plain words',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base);
      await settled(page);
      await page.route('**/api/v1/search**', (route) => route.abort());
      await page.click('.nav a[href="/search"]');
      await page.waitForSelector('.state.failed:has-text("连不上服务器")', { timeout: 15_000 });
    },
  },
];
