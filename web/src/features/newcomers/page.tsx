// Units that were not there before a commit.
import { Button } from 'antd';
import { useState } from 'react';
import { useList, useOp } from '../../api/hooks';
import { useT } from '../../i18n';
import { DistrictSelect } from '../../shared/district_select';
import { ExportButton } from '../../shared/export_button';
import { count } from '../../shared/format';
import { useFilterParams } from '../../shared/filter_params';
import { ListTable } from '../../shared/list_table';
import { PageHead } from '../../shared/page';
import { useMay } from '../../shared/session';
import { Empty } from '../../shared/states';
import { type ColumnName, type Hit, tableColumns, tableWidth } from '../search/columns';

const columns: ColumnName[] = ['uscc', 'district', 'industry', 'status', 'founded', 'sources'];

function SinceForm({ since, change }: { since: string; change: (since: string) => void }) {
  const t = useT();
  const [typed, setTyped] = useState(since);
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        change(typed.trim());
      }}
    >
      <label className="row">
        {t('new.since')}
        <input
          className="native"
          style={{ width: 96 }}
          inputMode="numeric"
          pattern="[0-9]*"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <Button htmlType="submit">{t('form.apply')}</Button>
    </form>
  );
}

export default function Newcomers() {
  const t = useT();
  const [params, set] = useFilterParams();
  const since = params.get('since') ?? '';
  const query = {
    since: /^\d+$/.test(since) ? Number(since) : undefined,
    district: params.get('district') ?? undefined,
  };
  const list = useList('list_new', { query }, { keep: true });
  const may = useMay();
  const sources = useOp('list_sources', {}, { enabled: may('list_sources') }).data?.items ?? [];
  const titles = new Map(sources.map((source) => [source.id, source.title]));
  return (
    <>
      <PageHead
        title={t('nav.new')}
        hint={list.first && t('new.total', { n: count(list.first.total), since: count(list.first.since) })}
        extra={
          <>
            <SinceForm key={since} since={since} change={(value) => set('since', value)} />
            <DistrictSelect value={query.district} change={(value) => set('district', value)} />
            <ExportButton list="new" />
          </>
        }
      />
      <section className="panel">
        <ListTable<Hit>
          list={list}
          total={list.first?.total}
          label={t('nav.new')}
          rowKey={(hit) => hit.unit}
          width={tableWidth(columns)}
          columns={tableColumns(t, { shown: columns, titles })}
          empty={<Empty title={t('new.none')} />}
        />
      </section>
    </>
  );
}
