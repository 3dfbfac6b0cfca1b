import { useMemo } from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import { useList } from '../../api/hooks';
import { type Key, useT } from '../../i18n';
import { ExportButton } from '../../shared/export_button';
import { count } from '../../shared/format';
import { ListTable } from '../../shared/list_table';
import { PageHead } from '../../shared/page';
import { useMay } from '../../shared/session';
import { Empty } from '../../shared/states';
import { ColumnChooser, type Hit, tableColumns, tableWidth, useColumns } from './columns';
import { Facets } from './facets';
import { fromParams, type SearchQuery, sorts, toStrings } from './query';
import { SavedFilters } from './saved';

export default function Search() {
  const t = useT();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const query = useMemo(() => fromParams(params), [params]);
  const [columns, setColumns] = useColumns();
  const list = useList('search_units', { query }, { keep: true, firstPage: { facets: true } });
  const { first } = list;
  const titles = new Map(
    first?.facets?.find((facet) => facet.name === 'source')?.values.map((v) => [v.code, v.title]),
  );
  const change = (next: SearchQuery) => setParams(toStrings(next));
  const total = first ? `${first.total_is_exact ? '' : t('search.about')}${count(first.total)}` : '—';
  return (
    <>
      <PageHead
        title={t('nav.search')}
        extra={
          <>
            <SavedFilters
              query={query}
              open={(saved) => setParams(toStrings(fromParams(new URLSearchParams(saved))))}
            />
            <ColumnChooser shown={columns} change={setColumns} />
            <ExportButton list="search" query={toStrings(query)} />
          </>
        }
      />
      <div className="search-layout">
        <Facets facets={first?.facets ?? []} query={query} change={change} />
        <section className="panel" aria-busy={list.isFetching}>
          <div className="search-form">
            <span aria-live="polite">
              {t('search.total', { n: total })}
              {first && (
                <span className="faint"> · {t('search.took', { ms: (first.took_us / 1000).toFixed(1) })}</span>
              )}
            </span>
            <span className="grow" />
            {may('map_units') && (
              <Link className="target" to={`/map?${new URLSearchParams(toStrings(query)).toString()}`}>
                {t('search.onMap')}
              </Link>
            )}
            <label className="row">
              {t('search.sort')}
              <select
                className="native"
                value={query.sort ?? 'relevance'}
                onChange={(event) => change({ ...query, sort: event.target.value as SearchQuery['sort'] })}
              >
                {sorts.map((sort) => (
                  <option key={sort} value={sort}>
                    {t(`search.sort.${sort}` as Key)}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <ListTable<Hit>
            list={list}
            columns={tableColumns(t, { shown: columns, words: query.q, titles })}
            rowKey={(hit) => hit.unit}
            label={t('nav.search')}
            total={first?.total_is_exact ? first.total : undefined}
            width={tableWidth(columns)}
            empty={<Empty title={t('search.none')} hint={t('search.noneHint')} />}
          />
        </section>
      </div>
    </>
  );
}
