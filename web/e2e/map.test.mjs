import { logIn, settled } from './browser.mjs';
import { equal, eventually, truth } from './check.mjs';

const numberIn = (text) => Number(/[\d,]+/.exec(text)?.[0].replaceAll(',', '') ?? NaN);

export const map = [
  {
    title: 'a number of the map opens the list of exactly those units',
    async run({ page, base }) {
      await logIn(page, base);
      await page.goto(`${base}/map`);
      await settled(page);
      const row = page
        .locator('table.plain tbody tr')
        .filter({ has: page.locator('button') })
        .first();
      const wanted = numberIn(await row.locator('a').innerText());
      await row.locator('a').click();
      await page.waitForURL(/\/search\?.*within=/);
      const shown = async () => numberIn(await page.locator('.search-form [aria-live]').innerText());
      await page.waitForSelector('.facet input:checked');
      await eventually(async () => Number.isFinite(await shown()), 'the list says how many');
      equal(await shown(), wanted, 'units of the list');
      await page.locator('.facet input:checked').first().click();
      await eventually(() => !page.url().includes('within='), 'the place is dropped');
    },
  },
  {
    title: 'an area opens to its streets by key, and the way back is the back button',
    async run({ page, base }) {
      await logIn(page, base);
      await page.goto(`${base}/map`);
      await settled(page);
      const area = page.locator('.map .area').first();
      await area.focus();
      await page.keyboard.press('Enter');
      await page.waitForURL(/area=/);
      await settled(page);
      truth(await page.locator('.map .area.chosen').count(), 'the area is marked');
      await page.goBack();
      await eventually(() => !page.url().includes('area='), 'the whole city is back');
    },
  },
  {
    title: 'an area drawn by hand is kept, filters the list and is deleted',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base);
      await page.goto(`${base}/map`);
      await settled(page);
      await page.click('.search-form button:has-text("画一个区域")');
      const svg = page.locator('svg.map');
      for (const [x, y] of [
        [120, 120],
        [360, 130],
        [240, 320],
      ]) {
        await svg.click({ position: { x, y } });
      }
      await page.click('.search-form button:has-text("完成")');
      await page.fill('.ant-modal input', '三角区');
      await page.click('.ant-modal .ant-btn-primary');
      await page.waitForSelector('.lines a:has-text("三角区")');
      truth(
        (await page.locator('.lines a:has-text("三角区")').getAttribute('href')).includes('within='),
        'it filters',
      );
      await page.click('.lines button[aria-label*="三角区"]');
      await eventually(async () => (await page.locator('.lines a:has-text("三角区")').count()) === 0, 'it is gone');
    },
  },
];
