// One unit: who it is, every field with its sources and reasons, what happened to it, whom it belongs to, who looked.
import { Tabs } from 'antd';
import { useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router-dom';
import { type Args, type Schemas } from '../../api/client';
import { useOp } from '../../api/hooks';
import { useT } from '../../i18n';
import { PageHead } from '../../shared/page';
import { useMay } from '../../shared/session';
import { Answered } from '../../shared/states';
import { UnitAudit } from './audit_tab';
import { Fields } from './fields_tab';
import { UnitGroupTab } from './group_tab';
import { UnitHead } from './head';
import { Links } from './links_tab';
import { Members } from './members_tab';
import { Events, Moment, type MomentChoice } from './timeline';

type Unit = Schemas['Unit'];

function useMoment(): [MomentChoice, (next: MomentChoice) => void] {
  const [params, setParams] = useSearchParams();
  const choice = {
    asOf: params.get('as_of') ?? undefined,
    knownAt: params.get('known_at') ?? undefined,
    pin: params.get('pin') ?? undefined,
  };
  const change = (next: MomentChoice) => {
    const to = new URLSearchParams(params);
    to.delete('as_of');
    to.delete('known_at');
    to.delete('pin');
    if (next.asOf) to.set('as_of', next.asOf);
    if (next.knownAt) to.set('known_at', next.knownAt);
    if (next.pin) to.set('pin', next.pin);
    setParams(to, { replace: true });
  };
  return [choice, change];
}

function useTab(): [string, (tab: string) => void] {
  const [params, setParams] = useSearchParams();
  const change = (tab: string) => {
    const to = new URLSearchParams(params);
    to.set('tab', tab);
    setParams(to, { replace: true });
  };
  return [params.get('tab') ?? 'fields', change];
}

function UnitTabs({ unit, history }: { unit: Unit; history: ReturnType<typeof useOp<'get_unit_history'>> }) {
  const t = useT();
  const may = useMay();
  const [tab, setTab] = useTab();
  const [params] = useSearchParams();
  const items = [
    {
      key: 'fields',
      label: t('unit.fields'),
      children: <Fields unit={unit} conflictsFirst={params.get('only') === 'conflict'} />,
    },
    ...(may('get_unit_history')
      ? [
          {
            key: 'timeline',
            label: t('unit.timeline'),
            children: <Answered query={history}>{(data) => <Events history={data} />}</Answered>,
          },
        ]
      : []),
    ...(may('get_unit_links') ? [{ key: 'links', label: t('unit.links'), children: <Links unit={unit} /> }] : []),
    ...(may('get_unit_group')
      ? [{ key: 'group', label: t('unit.group'), children: <UnitGroupTab unit={unit} /> }]
      : []),
    {
      key: 'members',
      label: t('unit.members', { n: unit.members.length }),
      children: <Members members={unit.members} />,
    },
    ...(may('get_unit_audit')
      ? [{ key: 'audit', label: t('unit.audit'), children: <UnitAudit id={unit.unit} /> }]
      : []),
  ];
  return <Tabs activeKey={tab} onChange={setTab} items={items} destroyOnHidden />;
}

export default function UnitPage() {
  const t = useT();
  const { id = '' } = useParams();
  const [moment, setMoment] = useMoment();
  const [unmasked, setUnmasked] = useState<Unit>();
  const args: Args<'get_unit'> = { path: { id }, query: { as_of: moment.asOf, known_at: moment.knownAt } };
  const unit = useOp('get_unit', args, { keep: true });
  const may = useMay();
  const history = useOp('get_unit_history', { path: { id } }, { enabled: may('get_unit_history') });
  const crumbs = [{ title: t('nav.search'), to: '/search' }];
  const shown = unmasked?.unit === unit.data?.unit && !moment.asOf && !moment.knownAt ? unmasked : undefined;
  const query = {
    ...unit,
    data: unit.data?.unit === id || unit.data?.merged_into ? (shown ?? unit.data) : unit.data,
  };
  return (
    <>
      <PageHead
        title={unit.data?.name ?? t('unit.title')}
        crumbs={crumbs}
        extra={may('get_unit_activity') && <Link to={`/units/${id}/activity`}>{t('activity.ofUnit')}</Link>}
      />
      <div className="stack" aria-busy={unit.isFetching}>
        <Answered query={query}>
          {(data) => (
            <>
              <UnitHead unit={data} unmasked={setUnmasked} />
              {history.data && <Moment history={history.data} choice={moment} change={setMoment} />}
              <section className="panel panel-body">
                <UnitTabs unit={data} history={history} />
              </section>
            </>
          )}
        </Answered>
        {unit.error && (moment.asOf || moment.knownAt) && history.data && (
          <Moment history={history.data} choice={moment} change={setMoment} />
        )}
      </div>
    </>
  );
}
