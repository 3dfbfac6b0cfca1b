// The editor of a model: the tree with weights whose sum is shown as one types, sources, methods; a simulation with the
// distribution of every indicator before and after, and who would move; then a draft that another person publishes.
import { Button, Input } from 'antd';
import { useMemo, useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router-dom';
import type { Schemas } from '../../api/client';
import { useChange, useOp } from '../../api/hooks';
import { useI18n, useT } from '../../i18n';
import { text } from '../../shared/format';
import { PageHead, Panel } from '../../shared/page';
import { ProblemAlert } from '../../shared/problem_alert';
import { useMay } from '../../shared/session';
import { Answered } from '../../shared/states';
import { Impact } from './impact';
import {
  branches,
  columnsOf,
  type Document,
  type Indicator,
  indicatorsOf,
  isWhole,
  methodOf,
  rootOf,
  titleOf,
  withMethod,
  without,
  withValue,
  withWeight,
} from './model';

type Methods = Schemas['ActivityMethods'];
type Sources = Schemas['ActivityModelList']['sources'];

interface EditProps {
  document: Document;
  change: (next: Document) => void;
  methods: Methods;
  sources: Sources;
}

function Weight({ label, value, change }: { label: string; value: number; change: (value: number) => void }) {
  return (
    <input
      className="native num weight"
      type="number"
      min={0}
      max={100}
      step={1}
      aria-label={label}
      value={value}
      onChange={(event) => change(Math.max(0, Number(event.target.value)))}
    />
  );
}

function Source({ document, expression, sources }: { document: Document; expression?: string; sources: Sources }) {
  const t = useT();
  return (
    <>
      {columnsOf(document, expression).map(([name, column]) => {
        const source = sources.find((known) => known.source === column.source);
        const field = source?.fields.find((known) => known.field === column.field);
        return (
          <div key={name} className="soft">
            <span className="mono">{name}</span> {text(source?.title)} · {text(field?.title)} ·{' '}
            {t('activity.window', { n: column.months ?? 1 })}
            {column.shift ? ` · ${t('activity.shift', { n: column.shift })}` : ''}
          </div>
        );
      })}
    </>
  );
}

function Row({ document, change, methods, sources, indicator }: EditProps & { indicator: Indicator }) {
  const { t, lang } = useI18n();
  const title = titleOf(indicator, lang);
  return (
    <tr>
      <td>
        {title}
        <div className="soft mono">{indicator.code}</div>
      </td>
      <td>
        <input
          className="native mono"
          aria-label={t('activity.valueOf', { title })}
          value={indicator.value ?? ''}
          onChange={(event) => change(withValue(document, indicator.code, event.target.value))}
        />
        <Source document={document} expression={indicator.value} sources={sources} />
        {indicator.base && <Source document={document} expression={indicator.base} sources={sources} />}
      </td>
      <td>
        <select
          className="native"
          aria-label={t('activity.methodOf', { title })}
          value={methodOf(indicator)}
          onChange={(event) => change(withMethod(document, indicator.code, event.target.value))}
        >
          {methods.normalise
            .filter((method) => indicator.base || method.name !== 'base_period')
            .map((method) => (
              <option key={method.name} value={method.name}>
                {lang === 'zh' ? method.title_zh : method.name}
              </option>
            ))}
        </select>
      </td>
      <td>
        <Weight
          label={t('activity.weightOf', { title })}
          value={indicator.weight ?? 0}
          change={(weight) => change(withWeight(document, indicator.code, weight))}
        />
      </td>
      <td>
        <Button
          size="small"
          onClick={() => change(without(document, indicator.code))}
          aria-label={t('activity.removeOf', { title })}
        >
          {t('activity.remove')}
        </Button>
      </td>
    </tr>
  );
}

function Tree(props: EditProps) {
  const { document, change } = props;
  const { t, lang } = useI18n();
  const sums = branches(document);
  const root = rootOf(document);
  const sumOf = (code: string) => {
    const branch = sums.find((known) => known.code === code);
    if (!branch) return null;
    return (
      <span className={`chip ${branch.isWhole ? 'good' : 'bad'}`} role="status">
        {t('activity.sum', { sum: Math.round(branch.sum * 100) / 100, total: document.weights_total ?? 100 })}
      </span>
    );
  };
  const groups = document.groups ?? [];
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={t('activity.tree')}>
      <table className="plain tree">
        <thead>
          <tr>
            <th>{t('activity.indicator')}</th>
            <th>{t('activity.value')}</th>
            <th>{t('activity.method')}</th>
            <th>{t('activity.weight')}</th>
            <th>
              <span className="sr-only">{t('activity.remove')}</span>
            </th>
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group.code}>
            <tr className="group">
              <th colSpan={3} scope="rowgroup">
                {titleOf(group, lang)} {sumOf(group.code)}
              </th>
              <td>
                {group.code !== root && (
                  <Weight
                    label={t('activity.weightOf', { title: titleOf(group, lang) })}
                    value={group.weight ?? 0}
                    change={(weight) => change(withWeight(document, group.code, weight))}
                  />
                )}
              </td>
              <td />
            </tr>
            {indicatorsOf(document, group.code).map((indicator) => (
              <Row key={indicator.code} {...props} indicator={indicator} />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function Editor({
  start,
  methods,
  sources,
  against,
}: {
  start: Document;
  methods: Methods;
  sources: Sources;
  against?: string;
}) {
  const { t, lang } = useI18n();
  const may = useMay();
  const navigate = useNavigate();
  const [document, setDocument] = useState(start);
  const [period, setPeriod] = useState('');
  const [note, setNote] = useState('');
  const simulate = useChange('simulate_activity_model');
  const draft = useChange('draft_activity_model', ['list_activity_models']);
  const whole = isWhole(document);
  const change = (next: Document) => {
    simulate.reset();
    setDocument(next);
  };
  return (
    <>
      <PageHead
        title={titleOf(document, lang) || document.id}
        crumbs={[{ title: t('nav.activityModels'), to: '/activity/models' }]}
        hint={t('activity.editHint')}
      />
      <Panel title={t('activity.tree')}>
        <Tree document={document} change={change} methods={methods} sources={sources} />
      </Panel>
      {may('simulate_activity_model') && (
        <Panel title={t('activity.simulate')}>
          <div className="panel-body stack">
            {simulate.error && <ProblemAlert error={simulate.error} />}
            <div className="row">
              <label className="row">
                {t('activity.period')}
                <input
                  className="native"
                  value={period}
                  placeholder="2026-06"
                  maxLength={7}
                  onChange={(event) => setPeriod(event.target.value)}
                />
              </label>
              <Button
                disabled={!whole || !/^\d{4}-\d{2}$/.test(period)}
                loading={simulate.isPending}
                onClick={() => simulate.mutate({ body: { document, period, ...(against ? { against } : {}) } })}
              >
                {t('activity.simulateGo')}
              </Button>
              {!whole && <span className="soft">{t('activity.sumFirst')}</span>}
            </div>
            {simulate.data && <Impact impact={simulate.data} />}
          </div>
        </Panel>
      )}
      {may('draft_activity_model') && (
        <Panel title={t('activity.saveTitle')}>
          <div className="panel-body stack">
            {draft.error && <ProblemAlert error={draft.error} />}
            <span className="soft">{t('activity.saveHint')}</span>
            <Input.TextArea
              rows={2}
              maxLength={500}
              aria-label={t('activity.note')}
              placeholder={t('activity.note')}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
            <div>
              <Button
                type="primary"
                disabled={!whole}
                loading={draft.isPending}
                onClick={() =>
                  draft.mutate(
                    { body: { document, ...(note.trim() ? { note: note.trim() } : {}) } },
                    { onSuccess: () => navigate('/activity/models') },
                  )
                }
              >
                {t('activity.save')}
              </Button>
            </div>
          </div>
        </Panel>
      )}
    </>
  );
}

export default function ActivityEditor() {
  const { id, version } = useParams();
  const [params] = useSearchParams();
  const models = useOp('list_activity_models', {});
  const methods = useOp('list_activity_methods', {});
  const known = useOp(
    'get_activity_model',
    { path: { id: id ?? '', version: Number(version ?? 0) } },
    { enabled: id !== undefined },
  );
  const from = params.get('from');
  const template = useMemo(
    () => models.data?.templates.find((item) => String(item.id) === from) ?? models.data?.templates[0],
    [models.data, from],
  );
  const place = id === undefined ? `new/${from ?? ''}` : `${id}/${version}`;
  const published = (model: unknown) =>
    models.data?.items.some((item) => item.id === model && item.state === 'published') ? String(model) : undefined;
  return (
    <Answered query={methods}>
      {(all) => (
        <Answered query={models}>
          {({ sources }) =>
            id === undefined ? (
              template && (
                <Editor
                  key={place}
                  start={template as unknown as Document}
                  methods={all}
                  sources={sources}
                  against={published(template.id)}
                />
              )
            ) : (
              <Answered query={known}>
                {(data) => (
                  <Editor
                    key={place}
                    start={data.document as unknown as Document}
                    methods={all}
                    sources={sources}
                    against={published(data.id)}
                  />
                )}
              </Answered>
            )
          }
        </Answered>
      )}
    </Answered>
  );
}
