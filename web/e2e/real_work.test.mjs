// A working day at a real server: a file taken in, a conflict decided and taken back, a unit found by a wrong spelling and
// seen as it was, a list exported, a pair judged, and what a district and a department see of it.
import { readFileSync } from 'node:fs';
import { axe, blemishes, picture, settled } from './browser.mjs';
import { equal, eventually, texts, truth } from './check.mjs';
import { enroll, enter } from './real_access.test.mjs';

const entries = (page) => page.locator('.desk-list .entry').count();
const total = async (page) =>
  Number(/\d[\d,]*/.exec(await page.locator('.page-head .soft').innerText())[0].replace(/,/g, ''));
const field = (page, title) => page.locator('tr.ant-table-row', { has: page.locator(`td:text-is("${title}")`) });

async function downloaded(page, selector) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(selector)]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}

async function find(page, words) {
  await page.fill('.top .find input', words);
  await page.press('.top .find input', 'Enter');
  await page.waitForURL(/\/search\?q=/);
  await settled(page);
}

/** Renamed once and late enough that the register knew the old name for months. */
function renamedUnit({ events, truth: units }) {
  for (const event of events.filter((one) => one.event === 'rename' && one.date > '2024-06')) {
    const unit = units.find((one) => one.unit === event.unit);
    const once = events.filter((one) => one.unit === event.unit && one.event === 'rename').length === 1;
    if (once && unit.kind === 'company') return { event, before: unit.name, after: event.name };
  }
  throw new Error('the city has no company that was renamed once');
}

/** A dated change of the truth that the register shows: rows of search whose page begins with the new name. */
const dayBefore = (date) => new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);

export const realWork = [
  {
    title: 'real: a file is taken in while one watches, balances, and its rejected rows come back',
    async run({ page, base, server }) {
      const { held } = server;
      await enter(page, base, 'chen');
      await page.goto(`${base}/sources`);
      await settled(page);
      await page.selectOption('.panel-body select', held.source);
      await page.setInputFiles('.drop input', held.path);
      await page.click('button:has-text("开始导入")');
      await page.waitForSelector('[role=status] .ant-progress');
      await page.click('a:has-text("的导入结果")', { timeout: 30_000 });
      await page.waitForURL(/\/imports\/\d+/);
      await page.waitForSelector('h2:has-text("按规则汇总")');
      await settled(page);
      const terms = (await texts(page, '.equation .term b')).map((text) => Number(text.replace(/,/g, '')));
      equal([terms[0], terms[2]], [held.rows, held.rejected], 'rows in and rejected');
      equal(terms[1] + terms[2] + terms[3] + terms[4], terms[0], 'the balance');
      await page.waitForSelector('.equation .chip.good');
      await page.locator('.lines button').first().click();
      await settled(page);
      truth((await page.locator('#findings tbody tr.ant-table-row').count()) > 0, 'findings are listed');
      const rejects = await downloaded(page, 'a:has-text("下载拒收的")');
      truth(rejects.name.endsWith('.csv'), `the rejects are a file: ${rejects.name}`);
      equal(rejects.text.trimEnd().split('\n').length, held.rejected + 1, 'lines of the rejects with their head');
    },
  },
  {
    title: 'real: a conflict is decided, its unit shows the value at once, and it is taken back',
    async run({ page, base }) {
      await enter(page, base, 'chen');
      await page.goto(`${base}/conflicts?field=address`);
      await settled(page);
      const before = await total(page);
      truth(before > 0, 'there are conflicts of addresses');
      const at = await page
        .locator('.choice')
        .evaluateAll((all) => all.findIndex((one) => one.querySelector('.claim.differs')));
      const claim = page.locator('.choice').nth(at);
      const wanted = (await claim.locator('.value').innerText()).trim();
      const unit = await page.locator('.panel-head a').getAttribute('href');
      await page.keyboard.press(String(at + 1));
      await page.waitForSelector('.choice.chosen');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.ant-message-notice:has-text("已")');
      await eventually(async () => (await total(page)) === before - 1, 'one conflict less');
      await page.goto(base + unit.replace('?only=conflict', ''));
      await settled(page);
      equal(
        (await field(page, '单位所在地').locator('td').nth(2).innerText()).trim().split('\n')[0],
        wanted,
        'the value of the unit',
      );
      await page.goto(`${base}/decisions`);
      await settled(page);
      await page.locator('tbody button:has-text("撤销")').first().click();
      await page.fill('#reason', '看错了来源');
      await page.click('.ant-modal button[type=submit]');
      await page.waitForSelector('tbody .chip:has-text("已撤销")');
      await page.goto(`${base}/conflicts?field=address`);
      await settled(page);
      equal(await total(page), before, 'conflicts after taking it back');
    },
  },
  {
    title: 'real: conflicts that are alike are decided together',
    async run({ page, base }) {
      await enter(page, base, 'chen');
      await page.goto(`${base}/conflicts?field=legal_rep&district=440303`);
      await settled(page);
      const before = await total(page);
      await page.locator('.choice:has(.claim.differs)').first().click();
      await page.click('button:has-text("同类全部如此处理")');
      await page.click('.ant-modal-footer .ant-btn-primary:not([disabled])');
      await page.waitForSelector('.ant-modal-footer button:has-text("关闭")', { timeout: 120_000 });
      truth((await page.locator('.ant-modal').innerText()).includes('失败 0 处'), 'none is refused');
      await page.click('.ant-modal-footer button');
      await eventually(async () => (await total(page)) < before, 'they leave the list');
    },
  },
  {
    title: 'real: a unit is found by a wrong spelling and seen as it was before its dated change',
    async run({ page, base, server }) {
      const { event, before, after } = renamedUnit(server);
      const wrong = after.slice(0, -6) + after.slice(-5); // one character is forgotten
      await enter(page, base, 'chen');
      await find(page, wrong);
      const hit = page.locator(`.table-scroll tbody a[href^="/units/"]`, { hasText: after }).first();
      await hit.click();
      await page.waitForSelector('.unit-head');
      await settled(page);
      const heading = async () => (await page.locator('h1').innerText()).trim();
      equal(await heading(), after, 'the name of today');
      await page.fill('.timeline input[type=date]', dayBefore(event.date));
      await page.waitForURL(/as_of=/);
      await eventually(async () => (await heading()) === before, `the name before ${event.date} is ${before}`);
      await page.click('button:has-text("回到今天")');
      await eventually(async () => (await heading()) === after, 'the name of today again');
      await page.click('[role=tab]:has-text("历程")');
      await settled(page);
      truth((await page.locator('.events li').count()) > 1, 'events are listed');
      await page.waitForSelector(`.events li:has(.chip:text-is("更名")):has-text("${after}")`);
    },
  },
  {
    title: 'real: facets narrow, the list on the screen is exported, and the file has its rows',
    async run({ page, base }) {
      await enter(page, base, 'chen');
      await page.goto(`${base}/search`);
      await settled(page);
      await page.click('.facet label:has-text("南山区")');
      await page.waitForURL(/district=440305/);
      await settled(page);
      const shown = Number(
        /\d[\d,]*/.exec(await page.locator('.search-form span').first().innerText())[0].replace(/,/g, ''),
      );
      await page.click('.page-head button:has-text("导出")');
      await page.click('.ant-modal label:has-text("CSV")');
      await page.fill('.ant-modal #reason', '南山区名录核对');
      await page.click('.ant-modal button[type=submit]');
      await page.waitForURL(/\/exports\?job=/);
      await page.waitForSelector('a:has-text("下载")', { timeout: 30_000 });
      const file = await downloaded(page, 'a:has-text("下载")');
      equal(file.text.trimEnd().split('\n').length, shown + 1, 'lines of the export with its head');
    },
  },
  {
    title: 'real: filters are saved by name and opened again',
    async run({ page, base }) {
      await enter(page, base, 'chen');
      await page.goto(`${base}/search?district=440305&has_conflict=true`);
      await settled(page);
      await page.click('button:has-text("常用筛选")');
      await page.click('.ant-popover button:has-text("保存当前筛选")');
      await page.fill('.ant-modal input', '南山有冲突');
      await page.click('.ant-modal-footer .ant-btn-primary');
      await page.waitForSelector('.ant-modal', { state: 'detached' });
      await page.goto(`${base}/search`);
      await settled(page);
      await page.click('button:has-text("常用筛选")');
      await page.click('.ant-popover button:has-text("南山有冲突")');
      await page.waitForURL(/district=440305/);
    },
  },
  {
    title: 'real: a pair is judged and taken back by keys',
    async run({ page, base }) {
      await enter(page, base, 'chen');
      await page.goto(`${base}/matches`);
      await settled(page);
      await page.waitForSelector('svg[role=img] rect');
      const words = (await texts(page, 'svg[role=img] text')).join(' ');
      truth(!/[a-z]{3,}/.test(words), `reasons are in Chinese: ${words}`);
      const before = await total(page);
      for (const key of ['s', 'd']) {
        await page.keyboard.press(key);
        await page.waitForSelector('.ant-message-notice:has-text("已")');
        await eventually(async () => (await total(page)) < before, 'the pair leaves');
        await page.keyboard.press('u');
        await page.waitForSelector('.ant-message-notice:has-text("已撤销")');
        await eventually(async () => (await total(page)) === before, 'the pair comes back');
        await page.waitForSelector('.ant-message-notice', { state: 'detached' });
      }
      truth((await entries(page)) > 0, 'pairs are listed');
    },
  },
  {
    title: 'real: masked values are shown for a reason, with the second factor, and that is in the trail',
    async run({ page, base }) {
      await enter(page, base, 'chen');
      await enroll(page, base, 'chen');
      await page.goto(`${base}/search`);
      await settled(page);
      await page.locator('.table-scroll tbody a[href^="/units/"]').first().click();
      await page.waitForSelector('.unit-head');
      await page.click('button:has-text("显示被遮盖的内容")');
      await page.fill('#reason', '核对联系方式');
      await page.click('.ant-modal button[type=submit]');
      await page.waitForSelector('.ant-modal', { state: 'detached' });
      await page.click('[role=tab]:has-text("访问与变更")');
      await page.waitForSelector('text=核对联系方式');
    },
  },
  {
    title: 'real: a pin keeps what was known, on the page of a unit and in an export',
    async run({ page, base }) {
      await enter(page, base, 'liu');
      await page.goto(`${base}/pins`);
      await settled(page);
      await page.click('.page-head .ant-btn-primary');
      await page.fill('#name', '2024年报');
      await page.fill('#as_of', '2024-06-30');
      await page.fill('#note', '年报抽样框');
      await page.click('.ant-modal button[type=submit]');
      await page.waitForSelector('tbody tr:has-text("2024年报")');
      await picture(page, 'zh_pins_one');
      await page.goto(`${base}/search`);
      await settled(page);
      await page.locator('.table-scroll tbody a[href^="/units/"]').first().click();
      await page.waitForSelector('.timeline');
      await page.selectOption('.timeline label:has-text("定格") select', '2024年报');
      await page.waitForURL(/as_of=2024-06-30&known_at=\d+&pin=/);
      await page.waitForSelector('.timeline .chip.warn');
      await page.goto(`${base}/exports`);
      await settled(page);
      await page.selectOption('.panel-body label:has-text("定格") select', '2024年报');
      await page.click('.panel-body label:has-text("CSV")');
      await page.click('.panel-body button[type=submit]');
      await page.waitForSelector('a:has-text("下载")', { timeout: 60_000 });
      const file = await downloaded(page, 'a:has-text("下载")');
      truth(file.text.trimEnd().split('\n').length > 1000, 'the units of then are in the file');
    },
  },
  {
    title: 'real: every page of the city stands in English too',
    async run({ page, base }) {
      await enter(page, base, 'liu');
      await page.click('.top .right button:has-text("English")');
      await page.waitForSelector('h1:has-text("Workbench")');
      const unit = '/units/1?tab=timeline';
      const paths = await page.locator('.nav a.item').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
      for (const path of [...paths, unit]) {
        await page.goto(base + path);
        await settled(page);
        await picture(page, `en${path}`);
        equal([...(await axe(page)), ...(await blemishes(page))], [], `English ${path}`);
        const words = await texts(page, '.nav .label, .page-head .ant-btn, .facet legend, [role=tab]');
        equal(
          words.filter((text) => /[一-鿿]/.test(text)),
          [],
          `Chinese words on ${path}`,
        );
      }
    },
  },
  {
    title: 'real: a district officer sees her district only',
    async run({ page, base, context }) {
      await enter(page, base, 'chen');
      await page.goto(`${base}/search?district=440306`);
      await settled(page);
      const other = await page.locator('.table-scroll tbody a[href^="/units/"]').first().getAttribute('href');
      await context.clearCookies();
      await enter(page, base, 'lin');
      await page.goto(`${base}/search`);
      await settled(page);
      const districts = await texts(page, '.table-scroll tbody td:nth-child(3)');
      truth(districts.length > 0 && districts.every((name) => name === '南山区'), `districts: ${new Set(districts)}`);
      equal(await page.locator('.facet label:has-text("宝安区")').count(), 0, 'facets of other districts');
      await page.goto(base + other);
      await settled(page);
      await page.waitForSelector('.state.failed');
      await page.goto(`${base}/search?district=440306`);
      await settled(page);
      equal(await page.locator('.table-scroll tbody tr.ant-table-row').count(), 0, 'units of another district');
    },
  },
  {
    title: 'real: a department feeds its own source and sees no other',
    async run({ page, base, server }) {
      await enter(page, base, 'hrss');
      await page.goto(`${base}/sources`);
      await settled(page);
      equal(
        await page.locator('.panel-body select option').count(),
        2,
        'sources to choose from, with the empty choice',
      );
      await page.selectOption('.panel-body select', 'hrss');
      await page.setInputFiles('.drop input', server.held.path);
      await page.click('button:has-text("开始导入")');
      await page.waitForSelector('a:has-text("的导入结果"), .state.failed', { timeout: 30_000 });
    },
  },
  {
    title: 'real: a discrepancy list goes to its department, whose answer stands beside the conflict',
    async run({ page, base, context }) {
      await enter(page, base, 'liu');
      await page.goto(`${base}/discrepancies`);
      await settled(page);
      await page.click('.page-head .ant-btn-primary');
      await page.selectOption('.ant-modal select', 'hrss');
      await page.fill('.ant-modal #note', '一季度核对');
      await page.click('.ant-modal button[type=submit]');
      await page.waitForURL(/\/discrepancies\/hrss-001/);
      await settled(page);
      await page.waitForSelector('tbody tr.ant-table-row'); // the address is there before the rows are
      await context.clearCookies();
      await enter(page, base, 'hrss');
      await page.goto(`${base}/discrepancies/hrss-001`);
      await settled(page);
      const row = page.locator('tbody tr.ant-table-row:has(td:text-is("单位详细名称"))').first();
      const name = (await row.locator('td').nth(1).innerText()).trim();
      await row.getByText('答复', { exact: true }).click();
      await page.selectOption('#verdict', 'rejected');
      await page.fill('#reason', '以劳动合同为准');
      await page.click('.ant-modal button[type=submit]');
      await page.waitForSelector('tbody .chip.bad:has-text("不接受")');
      await picture(page, 'zh_discrepancies_one');
      equal([...(await axe(page)), ...(await blemishes(page))], [], 'the list');
      await context.clearCookies();
      await enter(page, base, 'liu');
      await page.goto(`${base}/conflicts?field=name`);
      await settled(page);
      await page.locator('.desk-list .entry', { hasText: name }).first().click();
      await page.waitForSelector('.claim:has-text("以劳动合同为准")');
      await picture(page, 'zh_conflict_answered');
    },
  },
  {
    title: 'real: the trail names who exported and who was refused, and its chain is whole',
    async run({ page, base }) {
      await enter(page, base, 'he');
      await page.goto(`${base}/audit?operation=start_export`);
      await settled(page);
      await page.waitForSelector('text=南山区名录核对');
      await page.click('.page-head .ant-btn-primary');
      await page.waitForSelector('.ant-alert-success');
    },
  },
];
