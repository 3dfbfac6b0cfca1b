// Units that lack a field which they must have.
import type { TableProps } from 'antd';
import { Link } from 'react-router-dom';
import type { Schemas } from '../../api/client';
import { useList } from '../../api/hooks';
import { type T, useT } from '../../i18n';
import { DistrictSelect, useDistrictTitles } from '../../shared/district_select';
import { ExportButton } from '../../shared/export_button';
import { useFilterParams } from '../../shared/filter_params';
import { FieldSelect } from '../../shared/field_select';
import { count } from '../../shared/format';
import { ListTable } from '../../shared/list_table';
import { PageHead } from '../../shared/page';
import { Empty } from '../../shared/states';

type Row = Schemas['MissingPage']['items'][number];

function missingColumns(t: T, titleOf: (code: string | undefined) => string): TableProps<Row>['columns'] {
  return [
    {
      title: t('search.col.name'),
      key: 'name',
      render: (_, row) => (
        <Link to={`/units/${row.unit}`} className="target">
          {row.name}
        </Link>
      ),
    },
    {
      title: t('missing.field'),
      key: 'field',
      width: 200,
      render: (_, row) => <span className="chip warn">{row.field_title}</span>,
    },
    {
      title: t('search.col.district'),
      key: 'district',
      width: 140,
      render: (_, row) => titleOf(row.district),
    },
    {
      title: t('missing.unit'),
      key: 'unit',
      width: 140,
      render: (_, row) => <span className="mono">{row.unit}</span>,
    },
  ];
}

export default function Missing() {
  const t = useT();
  const [params, set] = useFilterParams();
  const titleOf = useDistrictTitles();
  const query = { field: params.get('field') ?? undefined, district: params.get('district') ?? undefined };
  const list = useList('list_missing', { query }, { keep: true });
  return (
    <>
      <PageHead
        title={t('nav.missing')}
        hint={t('missing.hint')}
        extra={
          <>
            <FieldSelect
              fields={list.first?.by_field ?? []}
              value={query.field}
              change={(value) => set('field', value)}
            />
            <DistrictSelect value={query.district} change={(value) => set('district', value)} />
            <ExportButton list="missing" />
          </>
        }
      />
      <section className="panel">
        <ListTable<Row>
          list={list}
          total={list.first?.total}
          label={t('nav.missing')}
          rowKey={(row) => `${row.unit}:${row.field}`}
          empty={<Empty title={t('missing.none')} />}
          columns={missingColumns(t, titleOf)}
        />
      </section>
      <p className="hidden-visually" role="status">
        {list.first && t('missing.total', { n: count(list.first.total) })}
      </p>
    </>
  );
}
