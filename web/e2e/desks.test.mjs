import { logIn, settled } from './browser.mjs';
import { equal, eventually, texts, truth } from './check.mjs';

const entries = (page) => page.locator('.desk-list .entry').count();
const currentName = (page) => page.locator('.entry.current div').first().innerText();

export const desks = [
  {
    title: 'a conflict is decided and undone by keys alone',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base);
      await page.goto(`${base}/conflicts?field=address`);
      await settled(page);
      const first = await currentName(page);
      await page.keyboard.press('j');
      await eventually(async () => (await currentName(page)) !== first, 'J moves down');
      await page.keyboard.press('k');
      await eventually(async () => (await currentName(page)) === first, 'K moves up');
      await page.keyboard.press('2');
      await page.waitForSelector('.choice.chosen');
      await page.keyboard.press('Enter');
      await eventually(async () => (await currentName(page)) !== first, 'the entry leaves the list');
      await page.keyboard.press('u');
      await page.waitForSelector('.ant-message-notice:has-text("已撤销")');
      await eventually(async () => (await currentName(page)) === first, 'the entry comes back');
    },
  },
  {
    title: 'keys are letters while a reason is typed',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base);
      await page.goto(`${base}/conflicts`);
      await settled(page);
      const first = await currentName(page);
      await page.fill('.panel-body input[maxlength="500"]', '');
      await page.type('.panel-body input[maxlength="500"]', 'jku2');
      equal(await currentName(page), first, 'current entry');
      equal(await page.locator('.choice.chosen').count(), 0, 'chosen sources');
    },
  },
  {
    title: 'conflicts that are alike are decided together, with a count before and progress after',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base);
      await page.goto(`${base}/conflicts?field=legal_rep`);
      await settled(page);
      const total = async () => Number(/\d+/.exec(await page.locator('.page-head .soft').innerText()));
      const before = await total();
      const differing = page.locator('.choice:has(.claim.differs)').first();
      await differing.click();
      await page.click('button:has-text("同类全部如此处理")');
      await page.click('.ant-modal-footer .ant-btn-primary:not([disabled])');
      await page.waitForSelector('.ant-modal-footer button:has-text("关闭")', { timeout: 20_000 });
      truth((await page.locator('.ant-modal').innerText()).includes('失败 0 处'), 'none is refused');
      await page.click('.ant-modal-footer button');
      await eventually(async () => (await total()) < before - 1, 'they leave the list');
      await page.goto(`${base}/decisions`);
      await settled(page);
      truth((await page.locator('tbody tr.ant-table-row').count()) > 1, 'each is a decision of its own');
    },
  },
  {
    title: 'a decision is undone from its list, with a reason',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base);
      await page.goto(`${base}/conflicts?field=op_status`);
      await settled(page);
      await page.keyboard.press('2');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.ant-message-notice');
      await page.goto(`${base}/decisions`);
      await settled(page);
      await page.locator('tbody button:has-text("撤销")').first().click();
      await page.fill('#reason', '看错了来源');
      await page.click('.ant-modal button[type=submit]');
      await page.waitForSelector('tbody .chip:has-text("已撤销")');
    },
  },
  {
    title: 'pairs are judged the same or different by keys, and taken back',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base);
      await page.goto(`${base}/matches`);
      await settled(page);
      await page.waitForSelector('svg[role=img] rect');
      truth((await texts(page, '.pair .diff')).length > 0, 'differing characters are marked');
      const before = await entries(page);
      await page.keyboard.press('s');
      await eventually(async () => (await entries(page)) === before - 1, 'the pair leaves');
      await page.keyboard.press('d');
      await eventually(async () => (await entries(page)) === before - 2, 'the next leaves');
      await page.keyboard.press('u');
      await eventually(async () => (await entries(page)) === before - 1, 'one comes back');
      await page.waitForTimeout(200);
      await page.keyboard.press('u');
      await eventually(async () => (await entries(page)) === before, 'both are back');
    },
  },
  {
    title: 'a file is dropped, taken in, and its rejected rows come back as a file',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base);
      await page.goto(`${base}/sources`);
      await settled(page);
      truth(await page.locator('button:has-text("开始导入")').isDisabled(), 'nothing to begin with');
      await page.locator('.drop ~ *').first().waitFor();
      await page.selectOption('.panel-body select', 'hrss');
      const csv = `代码,名称\n${Array.from({ length: 30 }, (_, i) => `${i},${i % 10 ? '好' : '坏'}`).join('\n')}\n`;
      const data = await page.evaluateHandle((text) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([text], 'hrss_2026-11.csv', { type: 'text/csv' }));
        return transfer;
      }, csv);
      await page.dispatchEvent('.drop', 'drop', { dataTransfer: data });
      await page.waitForSelector('.drop:has-text("hrss_2026-11.csv")');
      await page.click('button:has-text("开始导入")');
      await page.waitForSelector('[role=status] .ant-progress');
      await page.click('a:has-text("的导入结果")', { timeout: 15_000 });
      await page.waitForURL(/\/imports\/\d+/);
      await settled(page);
      await page.waitForSelector('h2:has-text("按规则汇总")');
      const terms = (await texts(page, '.equation .term b')).map(Number);
      equal(terms, [30, 27, 3, 0, 0], 'counters');
      await page.click('button:has-text("uscc_check")');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.click('a:has-text("下载拒收的 3 行")'),
      ]);
      truth((await download.suggestedFilename()).endsWith('.csv'), 'the rejects are a file');
    },
  },
  {
    title: 'a file that cannot be read says why',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base);
      await page.goto(`${base}/sources?source=tax_reg`);
      await settled(page);
      await page.setInputFiles('.drop input', {
        name: 'x.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from('PK\u0003\u0004'),
      });
      await page.click('button:has-text("开始导入")');
      await page.waitForSelector('.state.failed:has-text("表头与来源合同不符")', { timeout: 15_000 });
    },
  },
  {
    title: 'an import is cancelled while it runs',
    mockOnly: true,
    async run({ page, base }) {
      await logIn(page, base);
      await page.goto(`${base}/sources?source=tax_reg`);
      await settled(page);
      await page.setInputFiles('.drop input', {
        name: 'y.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from('a\nb\nc\n'),
      });
      await page.click('button:has-text("开始导入")');
      await page.click('button:has-text("取消任务")');
      await page.waitForSelector('.chip:has-text("已取消")');
    },
  },
];
