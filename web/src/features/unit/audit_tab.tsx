import { useList } from '../../api/hooks';
import { useT } from '../../i18n';
import { auditColumns, type AuditRow } from '../../shared/audit_columns';
import { ListTable } from '../../shared/list_table';

export function UnitAudit({ id }: { id: string }) {
  const t = useT();
  const list = useList('get_unit_audit', { path: { id } });
  return (
    <ListTable<AuditRow>
      list={list}
      columns={auditColumns(t, { object: false })}
      rowKey={(row) => String(row.seq)}
      label={t('unit.audit')}
    />
  );
}
