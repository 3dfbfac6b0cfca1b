import { Table } from 'antd';
import type { Schemas } from '../../api/client';
import { useT } from '../../i18n';
import { text } from '../../shared/format';

type Member = Schemas['UnitMember'];

/** The records of the sources that make up the unit. */
export function Members({ members }: { members: Member[] }) {
  const t = useT();
  return (
    <Table<Member>
      size="small"
      pagination={false}
      rowKey={(member) => `${member.source}:${member.key}`}
      dataSource={members}
      columns={[
        { title: t('unit.source'), dataIndex: 'source_title' },
        {
          title: t('unit.key'),
          key: 'key',
          render: (_, member) => <span className="mono">{`${member.source}:${member.key}`}</span>,
        },
        { title: t('unit.versions'), dataIndex: 'versions', align: 'right' },
        { title: t('unit.since'), key: 'since', render: (_, member) => text(member.since) },
        { title: t('unit.lastSeen'), key: 'last', render: (_, member) => text(member.last_seen) },
        {
          title: t('unit.notSeen'),
          key: 'not_seen',
          render: (_, member) =>
            member.not_seen_since ? <span className="chip warn">{member.not_seen_since}</span> : '—',
        },
      ]}
    />
  );
}
