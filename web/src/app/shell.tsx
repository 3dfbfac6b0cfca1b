import { DownOutlined, GlobalOutlined, UserOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Dropdown, Input } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { Link, NavLink, useLocation, useNavigate, useSearchParams } from 'react-router-dom';
import { useChange, useOp } from '../api/hooks';
import { useI18n, useT } from '../i18n';
import { count } from '../shared/format';
import { useMay, useMe } from '../shared/session';
import { navGroups } from './nav';

function Nav() {
  const t = useT();
  const may = useMay();
  const overview = useOp('overview', {}, { enabled: may('overview') }).data;
  return (
    <nav className="nav" aria-label={t('nav.label')}>
      <Link to="/" className="brand">
        <span className="mark" aria-hidden="true">
          名
        </span>
        <span className="word">{t('app.name')}</span>
      </Link>
      {navGroups.map((group) => {
        const items = group.items.filter((item) => may(item.needs));
        if (items.length === 0) return null;
        return (
          <div key={group.title}>
            <h2>{t(group.title)}</h2>
            {items.map((item) => (
              <NavLink key={item.to} to={item.to} end={item.to === '/'} className="item" title={t(item.title)}>
                <span aria-hidden="true">{item.icon}</span>
                <span className="label">{t(item.title)}</span>
                {overview && item.count && <span className="count">{count(item.count(overview))}</span>}
              </NavLink>
            ))}
          </div>
        );
      })}
    </nav>
  );
}

function FindBox() {
  const t = useT();
  const navigate = useNavigate();
  const location = useLocation();
  const [params] = useSearchParams();
  const asked = location.pathname === '/search' ? (params.get('q') ?? '') : '';
  const [words, setWords] = useState(asked);
  useEffect(() => setWords(asked), [asked]);
  return (
    <form
      className="find"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        navigate(`/search?q=${encodeURIComponent(words.trim())}`);
      }}
    >
      <Input.Search
        value={words}
        maxLength={200}
        onChange={(event) => setWords(event.target.value)}
        onSearch={(value) => navigate(`/search?q=${encodeURIComponent(value.trim())}`)}
        placeholder={t('top.find')}
        aria-label={t('top.find')}
        enterButton={t('search.go')}
      />
    </form>
  );
}

function UserMenu() {
  const t = useT();
  const me = useMe();
  const navigate = useNavigate();
  const client = useQueryClient();
  const logout = useChange('logout');
  const leave = async () => {
    await logout.mutateAsync({}).catch(() => undefined);
    client.clear();
    navigate('/login');
  };
  const items = [
    { key: 'account', label: t('nav.account'), onClick: () => navigate('/account') },
    { key: 'out', label: t('top.logout'), onClick: () => void leave() },
  ];
  return (
    <Dropdown menu={{ items }} trigger={['click']}>
      <Button type="text" icon={<UserOutlined />}>
        {me.display_name} <DownOutlined style={{ fontSize: 10 }} />
      </Button>
    </Dropdown>
  );
}

export function LanguageButton() {
  const { lang, setLang } = useI18n();
  return (
    <Button type="text" icon={<GlobalOutlined />} onClick={() => setLang(lang === 'zh' ? 'en' : 'zh')}>
      {lang === 'zh' ? 'English' : '中文'}
    </Button>
  );
}

/** Navigation at the left, search box and user at the top, the page in the rest. */
export function Shell({ children }: { children: ReactNode }) {
  const t = useT();
  const may = useMay();
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {t('nav.skip')}
      </a>
      <Nav />
      <div className="main">
        <div className="top">
          {may('search_units') && <FindBox />}
          <div className="right">
            <LanguageButton />
            <UserMenu />
          </div>
        </div>
        <main className="page" id="content" tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  );
}
