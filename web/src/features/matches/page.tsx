// The match desk: pairs of records that wait for a person, most telling first.
import { App, Button, Input } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import type { Schemas } from '../../api/client';
import { useList } from '../../api/hooks';
import { useT } from '../../i18n';
import { DeskList, KeyHint, useCurrent, useDecisions } from '../../shared/desk';
import { count } from '../../shared/format';
import { useKeys } from '../../shared/keys';
import { PageHead } from '../../shared/page';
import { ProblemAlert } from '../../shared/problem_alert';
import { useMay } from '../../shared/session';
import { Empty } from '../../shared/states';
import { PairView } from './pair_view';

type Review = Schemas['Review'];
const reviewKey = (row: Review) => `${row.record_a}~${row.record_b}`;

function Entry({ row }: { row: Review }) {
  const t = useT();
  return (
    <>
      <div>{row.name_a}</div>
      <div>{row.name_b}</div>
      <div className="sub">
        <span>{t('match.weight', { bits: row.weight_bits.toFixed(1) })}</span>
        <span>{t('match.probability', { p: (100 * row.probability).toFixed(0) })}</span>
      </div>
    </>
  );
}

interface VerdictProps {
  row: Review;
  reason: string;
  setReason: (reason: string) => void;
  decide: (kind: 'same' | 'different') => void;
  decisions: ReturnType<typeof useDecisions>;
}

function Verdict({ row, reason, setReason, decide, decisions }: VerdictProps) {
  const t = useT();
  const busy = decisions.decide.isPending || reason.trim() === '';
  return (
    <section className="panel panel-body stack">
      <div className="row between">
        <span className="row">
          {[row.unit_a, row.unit_b].map(
            (unit) =>
              unit && (
                <Link key={unit} to={`/units/${unit}`} className="target">
                  {t('match.unit', { unit })}
                </Link>
              ),
          )}
        </span>
      </div>
      {decisions.decide.error && <ProblemAlert error={decisions.decide.error} />}
      <div className="row" style={{ alignItems: 'end' }}>
        <label className="field grow">
          {t('form.reason')}
          <Input value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
        </label>
        <Button type="primary" disabled={busy} onClick={() => decide('same')}>
          {t('match.isSame')}
        </Button>
        <Button danger disabled={busy} onClick={() => decide('different')}>
          {t('match.isDifferent')}
        </Button>
      </div>
    </section>
  );
}

function useMatchDesk() {
  const t = useT();
  const may = useMay();
  const { message } = App.useApp();
  const list = useList('list_reviews', {}, { keep: true });
  const decisions = useDecisions(['list_reviews']);
  const gone = new Set(decisions.done.map((one) => one.key));
  const rows = list.items.filter((row) => !gone.has(reviewKey(row)));
  const [current, choose, move] = useCurrent(rows.length);
  const [reason, setReason] = useState(t('match.defaultReason'));
  const row = rows[current];
  const decide = (kind: 'same' | 'different') => {
    if (!row || !may('decide') || !reason.trim() || decisions.decide.isPending) return;
    decisions
      .run(reviewKey(row), { kind, record_a: row.record_a, record_b: row.record_b, reason: reason.trim() })
      .then((receipt) => void message.success(t('decide.done', { seq: receipt.seq })))
      .catch(() => undefined);
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    s: () => decide('same'),
    d: () => decide('different'),
    u: decisions.undoLast,
  });
  return { list, rows, row, current, choose, reason, setReason, decide, decisions, mayDecide: may('decide') };
}

export default function Matches() {
  const t = useT();
  const may = useMay();
  const { list, rows, row, current, choose, reason, setReason, decide, decisions, mayDecide } = useMatchDesk();
  return (
    <>
      <PageHead title={t('nav.matches')} hint={list.first && t('match.total', { n: count(list.first.total) })} />
      <div className="desk">
        <section className="panel">
          <DeskList<Review>
            list={list}
            rows={rows}
            current={current}
            choose={choose}
            rowKey={reviewKey}
            label={t('nav.matches')}
            empty={t('match.none')}
          >
            {(one) => <Entry row={one} />}
          </DeskList>
        </section>
        <div className="stack">
          {!row && !list.error && !list.isPending && (
            <section className="panel">
              <Empty title={t('conflicts.allDone')} />
            </section>
          )}
          {row && mayDecide && (
            <Verdict row={row} reason={reason} setReason={setReason} decide={decide} decisions={decisions} />
          )}
          <div className="keys">
            <KeyHint keys={['J', 'K']}>{t('keys.move')}</KeyHint>
            <KeyHint keys={['S']}>{t('match.isSame')}</KeyHint>
            <KeyHint keys={['D']}>{t('match.isDifferent')}</KeyHint>
            <KeyHint keys={['U']}>{t('keys.undo', { n: decisions.done.length })}</KeyHint>
          </div>
          {row && may('explain_pair') && <PairView key={reviewKey(row)} a={row.record_a} b={row.record_b} />}
        </div>
      </div>
    </>
  );
}
