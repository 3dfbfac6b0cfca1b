import type { TableProps } from 'antd';
import type { Schemas } from '../api/client';
import { isKey, type T } from '../i18n';
import { text, time } from './format';

export type AuditRow = Schemas['AuditEntry'];

const tone: Record<AuditRow['outcome'], string> = { ok: 'good', denied: 'bad', failed: 'warn' };

/** The name of an operation in the reader's language; one this console does not know keeps its own name. */
export function operationName(t: T, operation: string): string {
  const key = `op.${operation}`;
  return isKey(key) ? t(key) : operation;
}

export function auditColumns(t: T, show: { object: boolean }): TableProps<AuditRow>['columns'] {
  return [
    { title: t('audit.seq'), key: 'seq', width: 70, render: (_, row) => <span className="num">{row.seq}</span> },
    {
      title: t('audit.at'),
      key: 'at',
      width: 150,
      render: (_, row) => <span className="num nowrap">{time(row.at)}</span>,
    },
    {
      title: t('audit.actor'),
      key: 'actor',
      width: 150,
      render: (_, row) => (
        <span>
          {text(row.actor_name ?? row.actor)}{' '}
          {row.role && (
            <span className="faint">
              {isKey(`role.${row.role}`) ? t(`role.${row.role}` as 'role.city') : row.role}
            </span>
          )}
        </span>
      ),
    },
    {
      title: t('audit.operation'),
      key: 'operation',
      width: 160,
      render: (_, row) => <span title={row.operation}>{operationName(t, row.operation)}</span>,
    },
    ...(show.object
      ? [
          {
            title: t('audit.object'),
            key: 'object',
            width: 180,
            render: (_: unknown, row: AuditRow) => <span className="mono">{text(row.object)}</span>,
          },
        ]
      : []),
    {
      title: t('audit.outcome'),
      key: 'outcome',
      width: 80,
      render: (_, row) => <span className={`chip ${tone[row.outcome]}`}>{t(`outcome.${row.outcome}`)}</span>,
    },
    { title: t('audit.reason'), key: 'reason', render: (_, row) => text(row.reason ?? row.detail) },
    {
      title: t('audit.remote'),
      key: 'remote',
      width: 120,
      render: (_, row) => <span className="mono">{text(row.remote)}</span>,
    },
  ];
}
