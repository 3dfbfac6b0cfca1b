import { logIn, settled } from './browser.mjs';
import { equal, eventually, truth } from './check.mjs';

const weightOf = (page) => page.locator('input.weight').last();

export const activity = [
  {
    title: 'activity: a model is changed, simulated, kept as a draft, published, and a unit opens with its points',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base);
      await page.goto(`${base}/activity/models/new?from=sixia`);
      await settled(page);
      const simulate = page.locator('.panel-body .ant-btn').first();
      await page.fill('input[placeholder="2026-06"]', '2026-09');
      const before = await weightOf(page).inputValue();
      await weightOf(page).fill('1');
      truth(await simulate.isDisabled(), 'weights that do not add up are not simulated');
      equal(await page.locator('.tree .chip.bad').count(), 1, 'the sum is marked');
      await weightOf(page).fill(before);
      await simulate.click();
      await page.waitForSelector('.graph.bars');
      truth((await page.locator('.graph.bars').count()) > 10, 'every indicator before and after');
      await page.locator('.ant-btn-primary').last().click();
      await page.waitForURL(/\/activity\/models$/);
      await settled(page);
      const drafts = page.locator('.cards .chip.info');
      const waiting = await drafts.count();
      await page.locator('.cards .ant-btn').first().click();
      await page.locator('.ant-modal input').fill('2026-06');
      await page.locator('.ant-modal .ant-btn-primary').click();
      await page.locator('.ant-modal .ant-btn').last().waitFor();
      await eventually(async () => (await drafts.count()) === waiting - 1, 'the draft is published');
      await page.goto(`${base}/activity/scores?model=sixia`);
      await settled(page);
      await page.locator('table a.target').first().click();
      await page.waitForSelector('.big-score');
      truth((await page.locator('.bar.points').count()) > 5, 'points of the indicators');
    },
  },
];
