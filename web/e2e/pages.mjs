// Every page, in the states that must look right. Names are those of the pictures.
const click = (selector) => async (page) => {
  await page.click(selector);
  await page.waitForTimeout(300);
};

export const publicPages = [
  { name: '01_login', path: '/login' },
  { name: '01_login_en', path: '/login', lang: 'en' },
  { name: '01_setup', path: '/setup?token=first' },
  { name: '01_reset_768', path: '/reset?token=link-u2', width: 768 },
];

export const pages = [
  { name: '02_workbench', path: '/' },
  { name: '02_workbench_768', path: '/', width: 768 },
  { name: '02_workbench_empty', path: '/?fail=empty' },
  { name: '02_workbench_failed', path: '/?fail=500' },
  { name: '03_search', path: '/search' },
  { name: '03_search_word', path: `/search?q=${encodeURIComponent('鹏城')}&district=440305` },
  { name: '03_search_empty', path: '/search?q=zzzz' },
  { name: '03_search_failed', path: '/search?fail=search_units:503' },
  { name: '03_search_768', path: '/search', width: 768 },
  { name: '03_search_en', path: '/search', lang: 'en' },
  { name: '04_unit', path: '/units/U100029' },
  { name: '04_unit_open', path: '/units/U100029?only=conflict', act: click('.ant-segmented + button') },
  { name: '04_unit_past', path: '/units/U100029?as_of=2024-02-01&known_at=44' },
  { name: '04_unit_timeline', path: '/units/U100029?tab=timeline' },
  { name: '04_unit_links', path: '/units/U100029?tab=links' },
  { name: '04_unit_members', path: '/units/U100029?tab=members' },
  { name: '04_unit_audit', path: '/units/U100029?tab=audit' },
  { name: '04_unit_gone', path: '/units/U9' },
  { name: '04_unit_768', path: '/units/U100029', width: 768 },
];
