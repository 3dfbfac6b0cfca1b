// Two languages, one table each with the same keys. `t('search.total', {n: 3})` fills {n}.
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { setRequestLanguage } from '../api/client';
import { en } from './en';
import { zh } from './zh';

export type Key = keyof typeof zh;
export type Lang = 'zh' | 'en';
export type T = (key: Key, values?: Record<string, string | number>) => string;

const tables: Record<Lang, Record<Key, string>> = { zh, en };
const storageKey = 'minglu.language';

export function translate(lang: Lang, key: Key, values: Record<string, string | number> = {}): string {
  return tables[lang][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Whether a text computed from data, such as an operation's name, is a key of the tables. */
export function isKey(text: string): text is Key {
  return Object.prototype.hasOwnProperty.call(zh, text);
}

interface I18n {
  lang: Lang;
  setLang: (lang: Lang) => void;
  t: T;
}
const Context = createContext<I18n>({ lang: 'zh', setLang: () => undefined, t: (key) => translate('zh', key) });

function storedLanguage(): Lang {
  try {
    return localStorage.getItem(storageKey) === 'en' ? 'en' : 'zh';
  } catch {
    return 'zh';
  }
}

export function I18nProvider({ children }: { children: ReactNode }) {
  const [lang, setState] = useState<Lang>(() => {
    const lang = storedLanguage();
    setRequestLanguage(lang);
    return lang;
  });
  useEffect(() => {
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
  }, [lang]);
  const setLang = useCallback((next: Lang) => {
    setRequestLanguage(next);
    try {
      localStorage.setItem(storageKey, next);
    } catch {
      // A browser that keeps nothing still switches for this visit.
    }
    setState(next);
  }, []);
  const value = useMemo<I18n>(
    () => ({ lang, setLang, t: (key, values) => translate(lang, key, values) }),
    [lang, setLang],
  );
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export const useI18n = () => useContext(Context);
export const useT = () => useContext(Context).t;
