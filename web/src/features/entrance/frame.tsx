import { type ReactNode, useEffect } from 'react';
import { LanguageButton } from '../../app/shell';
import { useT } from '../../i18n';

/** The look of the pages before the login. */
export function Entrance({ title, children }: { title: string; children: ReactNode }) {
  const t = useT();
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);
  return (
    <div className="entrance">
      <aside className="side">
        <div className="big">
          <span className="mark" aria-hidden="true">
            名
          </span>
          {t('app.name')}
        </div>
        <p>{t('app.promise')}</p>
      </aside>
      <main className="form">
        <h1>{title}</h1>
        {children}
        <div style={{ marginTop: 20 }}>
          <LanguageButton />
        </div>
      </main>
    </div>
  );
}
