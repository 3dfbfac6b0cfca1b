import { Button, Segmented, Table, type TableProps } from 'antd';
import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { type Key, useI18n, useT } from '../../i18n';
import { DecideValue } from '../../shared/decide_value';
import { fieldValue } from '../../shared/format';
import { useMay } from '../../shared/session';
import { Empty } from '../../shared/states';
import { Claims } from '../../shared/claims';

type Unit = Schemas['Unit'];
type Field = Schemas['UnitField'];

function FieldValue({ field }: { field: Field }) {
  const { t, lang } = useI18n();
  const coded = field.value && field.value_title && field.value_title !== field.value;
  return (
    <span className="row" style={{ gap: 6 }}>
      <span>{fieldValue(field.code, field.value, field.value_title, lang)}</span>
      {coded && <span className="mono faint">{field.value}</span>}
      {field.masked && <span className="chip">{t('unit.masked')}</span>}
      {field.conflict && <span className="chip bad">{t('unit.conflict')}</span>}
      {!field.trusted && field.value && <span className="chip warn">{t('claim.untrusted')}</span>}
    </span>
  );
}

const holder = (field: Field) => field.claims?.find((claim) => claim.wins)?.source_title ?? '—';

function useColumns(): TableProps<Field>['columns'] {
  const t = useT();
  return [
    { title: t('unit.field'), dataIndex: 'title', width: 170 },
    { title: t('unit.value'), key: 'value', render: (_, field) => <FieldValue field={field} /> },
    { title: t('unit.source'), key: 'source', width: 150, render: (_, field) => holder(field) },
    {
      title: t('unit.class'),
      key: 'class',
      width: 100,
      render: (_, field) => (field.source_class ? t(`class.${field.source_class}` as Key) : '—'),
    },
    {
      title: t('unit.claims'),
      key: 'claims',
      width: 70,
      align: 'right',
      render: (_, field) => field.claims?.length ?? 0,
    },
  ];
}

/** Every field; a row opens to show what each source says and why one holds. */
export function Fields({ unit, conflictsFirst }: { unit: Unit; conflictsFirst: boolean }) {
  const t = useT();
  const may = useMay();
  const columns = useColumns();
  const [only, setOnly] = useState<'known' | 'conflict' | 'all'>(conflictsFirst ? 'conflict' : 'known');
  const [open, setOpen] = useState<readonly React.Key[]>([]);
  const rows = unit.fields.filter(
    (field) => only === 'all' || (only === 'conflict' ? field.conflict : !!field.value),
  );
  const options = [
    { value: 'known', label: t('unit.onlyKnown') },
    { value: 'conflict', label: t('unit.onlyConflict') },
    { value: 'all', label: t('unit.onlyAll') },
  ];
  const action = (field: Field) => (claim: Schemas['Claim']) =>
    may('decide') && field.conflict && !claim.wins && !claim.agrees ? (
      <DecideValue
        record={`${claim.source}:${claim.key}`}
        field={field.code}
        title={field.title}
        value={claim.value}
      />
    ) : null;
  return (
    <div className="stack">
      <div className="row between">
        <Segmented options={options} value={only} onChange={(value) => setOnly(value as typeof only)} />
        <Button size="small" onClick={() => setOpen(open.length ? [] : rows.map((field) => field.code))}>
          {t(open.length ? 'unit.closeAll' : 'unit.openAll')}
        </Button>
      </div>
      {rows.length === 0 ? (
        <Empty title={t(only === 'conflict' ? 'unit.noConflict' : 'state.empty')} />
      ) : (
        <Table<Field>
          size="small"
          pagination={false}
          rowKey="code"
          columns={columns}
          dataSource={rows}
          expandable={{
            expandedRowKeys: open,
            onExpandedRowsChange: setOpen,
            rowExpandable: (field) => (field.claims?.length ?? 0) > 0 || !!field.why,
            expandedRowRender: (field) => <Claims field={field} action={action(field)} />,
          }}
        />
      )}
    </div>
  );
}
