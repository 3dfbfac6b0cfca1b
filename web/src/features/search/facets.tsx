import { Button } from 'antd';
import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { type Key, useT } from '../../i18n';
import { count } from '../../shared/format';
import { PlaceFilters } from './places';
import { chosen, type FacetName, facetNames, type SearchQuery, toggle } from './query';

interface Props {
  facets: Schemas['Facet'][];
  query: SearchQuery;
  change: (query: SearchQuery) => void;
}

const shownAtFirst = 8;

function FacetGroup({ name, facet, query, change }: Props & { name: FacetName; facet?: Schemas['Facet'] }) {
  const t = useT();
  const [all, setAll] = useState(false);
  const picked = chosen(query, name);
  const values = facet?.values ?? [];
  const absent = picked
    .filter((code) => !values.some((value) => value.code === code))
    .map((code) => ({ code, title: code, count: undefined }));
  const listed = [...absent, ...values];
  if (listed.length === 0) return null;
  const visible = all ? listed : listed.slice(0, Math.max(shownAtFirst, absent.length));
  return (
    <fieldset className="facet">
      <legend>{t(`search.facet.${name}` as Key)}</legend>
      {visible.map((value) => (
        <label key={value.code}>
          <input
            type="checkbox"
            // What has no code cannot be asked for; its count is shown all the same.
            disabled={value.code === ''}
            checked={picked.includes(value.code)}
            onChange={() => change(toggle(query, name, value.code))}
          />
          <span className="name" title={value.title}>
            {value.title}
          </span>
          <span className="n">{count(value.count)}</span>
        </label>
      ))}
      {listed.length > visible.length && (
        <Button type="link" size="small" className="link" onClick={() => setAll(true)}>
          {t('search.allValues', { n: listed.length })}
        </Button>
      )}
    </fieldset>
  );
}

export function Facets(props: Props) {
  const t = useT();
  const { query, change, facets } = props;
  const active =
    facetNames.some((name) => query[name]) ||
    query.has_conflict ||
    query.has_missing ||
    query.within ||
    query.precision;
  return (
    <section className="panel facets" aria-label={t('search.filters')}>
      <fieldset className="facet">
        <legend>{t('search.quality')}</legend>
        <label>
          <input
            type="checkbox"
            checked={!!query.has_conflict}
            onChange={() => change({ ...query, has_conflict: query.has_conflict ? undefined : true })}
          />
          <span className="name">{t('search.hasConflict')}</span>
        </label>
        <label>
          <input
            type="checkbox"
            checked={!!query.has_missing}
            onChange={() => change({ ...query, has_missing: query.has_missing ? undefined : true })}
          />
          <span className="name">{t('search.hasMissing')}</span>
        </label>
        {active && (
          <Button type="link" size="small" className="link" onClick={() => change({ q: query.q, sort: query.sort })}>
            {t('search.clear')}
          </Button>
        )}
      </fieldset>
      <PlaceFilters query={query} change={change} />
      {facetNames.map((name) => (
        <FacetGroup key={name} {...props} name={name} facet={facets.find((facet) => facet.name === name)} />
      ))}
    </section>
  );
}
