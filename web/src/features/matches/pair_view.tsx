import type { Schemas } from '../../api/client';
import { useOp } from '../../api/hooks';
import { useT } from '../../i18n';
import { diff } from '../../shared/diff';
import { text, unknown } from '../../shared/format';
import { Panel } from '../../shared/page';
import { Pieces } from '../../shared/pieces';
import { Answered } from '../../shared/states';
import { Waterfall } from './waterfall';

type Pair = Schemas['PairExplanation'];

function PairRow({ title, a, b }: { title: string; a?: string; b?: string }) {
  const t = useT();
  const both = !!a && !!b;
  const [left, right] = both ? diff(a, b) : [[], []];
  return (
    <tr className={both && a === b ? 'same' : ''}>
      <th scope="row">{title}</th>
      <td>{both ? <Pieces pieces={left} /> : text(a)}</td>
      <td>{both ? <Pieces pieces={right} /> : text(b)}</td>
      <td>{both ? t(a === b ? 'match.same' : 'match.differs') : unknown}</td>
    </tr>
  );
}

/** Values of both records, those of the comparisons first. */
function SideBySide({ pair }: { pair: Pair }) {
  const t = useT();
  const compared = pair.steps.map((step) => step.field).filter((field): field is string => !!field);
  const fields = [...new Set([...compared, ...Object.keys(pair.a.values), ...Object.keys(pair.b.values)])];
  const titleOf = (field: string) =>
    pair.field_titles?.[field] ?? pair.steps.find((step) => step.field === field)?.title ?? field;
  return (
    <table className="pair">
      <thead>
        <tr>
          <th style={{ width: 130 }}>{t('unit.field')}</th>
          {[pair.a, pair.b].map((side) => (
            <th key={side.record}>
              {side.source_title} <span className="mono faint">{side.record}</span>
            </th>
          ))}
          <th style={{ width: 70 }}>{t('match.compare')}</th>
        </tr>
      </thead>
      <tbody>
        {fields.map((field) => (
          <PairRow key={field} title={titleOf(field)} a={pair.a.values[field]} b={pair.b.values[field]} />
        ))}
      </tbody>
    </table>
  );
}

function StepTable({ pair }: { pair: Pair }) {
  const t = useT();
  return (
    <table className="plain">
      <thead>
        <tr>
          <th>{t('match.step')}</th>
          <th>{t('match.level')}</th>
          <th className="right">{t('match.bits')}</th>
          <th className="right">{t('match.running')}</th>
        </tr>
      </thead>
      <tbody>
        {pair.steps.map((step, index) => (
          <tr key={`${step.title}:${index}`}>
            <td>{step.title}</td>
            <td>{text(step.level ?? step.note)}</td>
            <td className="num right">{step.bits.toFixed(2)}</td>
            <td className="num right">{step.running_bits.toFixed(2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Two records side by side and the weight of every comparison, drawn and as a table. */
export function PairView({ a, b }: { a: string; b: string }) {
  const t = useT();
  const pair = useOp('explain_pair', { query: { record_a: a, record_b: b } });
  return (
    <Answered query={pair}>
      {(data) => (
        <div className="stack">
          <section className="panel">
            <SideBySide pair={data} />
          </section>
          <Panel
            title={t('match.why')}
            extra={
              <span className="chip info">
                {t('match.probability', { p: (100 * data.probability).toFixed(1) })} {data.verdict}
              </span>
            }
          >
            <div className="even-2 panel-body">
              <Waterfall pair={data} />
              <StepTable pair={data} />
            </div>
          </Panel>
        </div>
      )}
    </Answered>
  );
}
