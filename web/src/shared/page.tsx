import { type ReactNode, useEffect } from 'react';
import { Link } from 'react-router-dom';
import { useT } from '../i18n';

export interface Crumb {
  title: string;
  to?: string;
}

interface HeadProps {
  title: string;
  crumbs?: Crumb[];
  extra?: ReactNode;
  hint?: ReactNode;
}

/** Bread crumbs, title and actions of a page; the title of the browser's tab follows. */
export function PageHead({ title, crumbs = [], extra, hint }: HeadProps) {
  const t = useT();
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);
  return (
    <header className="page-head">
      <nav className="crumbs" aria-label={t('nav.crumbs')}>
        <ol>
          <li>
            <Link to="/">{t('app.name')}</Link>
          </li>
          {crumbs.map((crumb) => (
            <li key={crumb.title}>{crumb.to ? <Link to={crumb.to}>{crumb.title}</Link> : crumb.title}</li>
          ))}
          <li aria-current="page">{title}</li>
        </ol>
      </nav>
      <div className="row between">
        <div>
          <h1>{title}</h1>
          {hint && <div className="soft">{hint}</div>}
        </div>
        {extra && <div className="row">{extra}</div>}
      </div>
    </header>
  );
}

export function Panel({ title, extra, children }: { title?: ReactNode; extra?: ReactNode; children: ReactNode }) {
  return (
    <section className="panel">
      {title && (
        <h2>
          <span className="grow">{title}</span>
          {extra}
        </h2>
      )}
      {children}
    </section>
  );
}
