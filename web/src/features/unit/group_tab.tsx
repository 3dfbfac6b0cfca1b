import { Table } from 'antd';
import { Link } from 'react-router-dom';
import type { Schemas } from '../../api/client';
import { useOp } from '../../api/hooks';
import { useT } from '../../i18n';
import { text } from '../../shared/format';
import { Answered, Empty } from '../../shared/states';
import { GroupGraph } from './group_graph';

type Group = Schemas['UnitGroup'];
type Member = Group['members'][number];

function Members({ group }: { group: Group }) {
  const t = useT();
  const nameOf = new Map(group.members.map((member) => [member.unit, member.name]));
  const owners = (member: Member) => group.links.filter((link) => link.child === member.unit);
  return (
    <Table<Member>
      size="small"
      pagination={group.members.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
      rowKey="unit"
      dataSource={group.members}
      columns={[
        {
          title: t('links.unit'),
          key: 'name',
          render: (_, member) => (
            <>
              <Link to={`/units/${member.unit}?tab=group`} className="target">
                {text(member.name)}
              </Link>{' '}
              {member.in_cycle && <span className="chip bad">{t('group.cycle')}</span>}
            </>
          ),
        },
        {
          title: t('search.col.uscc'),
          key: 'uscc',
          width: 180,
          render: (_, member) => <span className="mono">{text(member.uscc)}</span>,
        },
        {
          title: t('search.col.district'),
          key: 'district',
          width: 110,
          render: (_, member) => text(member.district_title),
        },
        { title: t('group.level'), key: 'level', width: 80, render: (_, member) => member.level },
        {
          title: t('group.owners'),
          key: 'owners',
          render: (_, member) =>
            text(
              owners(member)
                .map((link) => `${link.title} ${nameOf.get(link.parent) ?? link.parent}`)
                .join('；'),
            ),
        },
      ]}
    />
  );
}

/** Everything that owners and branches of the unit lead to: drawn, and as a table. */
export function UnitGroupTab({ unit }: { unit: Schemas['Unit'] }) {
  const t = useT();
  const group = useOp('get_unit_group', { path: { id: unit.unit } });
  return (
    <Answered query={group}>
      {(data) =>
        data.members.length === 1 && data.unresolved.length === 0 ? (
          <Empty title={t('group.none')} />
        ) : (
          <div className="stack">
            {data.truncated && <p className="warn">{t('group.truncated')}</p>}
            {data.members.some((member) => member.in_cycle) && <p className="warn">{t('group.cycleHint')}</p>}
            <GroupGraph group={data} name={unit.name} />
            <Members group={data} />
            {data.unresolved.length > 0 && (
              <>
                <h3>{t('group.unresolved')}</h3>
                <ul>
                  {data.unresolved.map((owner) => (
                    <li key={`${owner.unit}:${owner.kind}`}>
                      {data.members.find((member) => member.unit === owner.unit)?.name}：{owner.title}{' '}
                      <span className="mono">{owner.uscc}</span>
                    </li>
                  ))}
                </ul>
              </>
            )}
          </div>
        )
      }
    </Answered>
  );
}
