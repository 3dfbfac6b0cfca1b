import { Table } from 'antd';
import { Link } from 'react-router-dom';
import type { Schemas } from '../../api/client';
import { useOp } from '../../api/hooks';
import { type Key, useT } from '../../i18n';
import { text } from '../../shared/format';
import { Answered, Empty } from '../../shared/states';
import { LinkGraph } from './link_graph';

type UnitLink = Schemas['UnitLink'];

const linkKey = (link: UnitLink) =>
  `${link.kind}:${link.unit ?? ''}:${link.name}:${link.record ?? ''}:${link.other_record ?? ''}`;

function LinkTable({ links }: { links: UnitLink[] }) {
  const t = useT();
  return (
    <Table<UnitLink>
      size="small"
      pagination={false}
      rowKey={linkKey}
      dataSource={links}
      columns={[
        {
          title: t('links.kind'),
          key: 'kind',
          width: 130,
          render: (_, link) => link.title || t(`link.${link.kind}` as Key),
        },
        {
          title: t('links.unit'),
          key: 'name',
          render: (_, link) =>
            link.unit ? (
              <Link to={`/units/${link.unit}`} className="target">
                {link.name}
              </Link>
            ) : (
              text(link.name)
            ),
        },
        {
          title: t('search.col.uscc'),
          key: 'uscc',
          width: 180,
          render: (_, link) => <span className="mono">{text(link.uscc)}</span>,
        },
        { title: t('links.reason'), key: 'reason', render: (_, link) => text(link.reason) },
      ]}
    />
  );
}

/** Parents, branches and others: drawn, and as a table for those who cannot see the drawing. */
export function Links({ unit }: { unit: Schemas['Unit'] }) {
  const t = useT();
  const links = useOp('get_unit_links', { path: { id: unit.unit } });
  return (
    <Answered query={links}>
      {(data) =>
        data.links.length === 0 ? (
          <Empty title={t('links.none')} />
        ) : (
          <div className="stack">
            <LinkGraph name={unit.name} links={data.links} />
            {data.truncated && <p className="warn">{t('links.truncated')}</p>}
            <LinkTable links={data.links} />
          </div>
        )
      }
    </Answered>
  );
}
