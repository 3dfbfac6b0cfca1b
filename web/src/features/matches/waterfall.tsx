// How the weight of a pair came about: one bar a comparison, each beginning where the last one ended.
import type { Schemas } from '../../api/client';
import { useT } from '../../i18n';

type Pair = Schemas['PairExplanation'];

const rowHeight = 26;
const size = { width: 500, label: 124, value: 52 };

/** The range that all bars, zero and the threshold fit in, with a margin of one bit. */
export function rangeOf(pair: Pair): [number, number] {
  const marks = [0, pair.threshold_bits, ...pair.steps.map((step) => step.running_bits)];
  return [Math.min(...marks) - 1, Math.max(...marks) + 1];
}

const signed = (bits: number) => `${bits > 0 ? '+' : bits < 0 ? '−' : ''}${Math.abs(bits).toFixed(1)}`;

export function Waterfall({ pair }: { pair: Pair }) {
  const t = useT();
  const [low, high] = rangeOf(pair);
  const plot = size.width - size.label - size.value;
  const x = (bits: number) => size.label + (plot * (bits - low)) / (high - low);
  const height = (pair.steps.length + 1) * rowHeight + 22;
  const label = t('match.waterfall', { bits: signed(pair.weight_bits), threshold: signed(pair.threshold_bits) });
  return (
    <svg viewBox={`0 0 ${size.width} ${height}`} className="graph" role="img" aria-label={label}>
      <line x1={x(0)} x2={x(0)} y1="4" y2={height - 18} stroke="#b9c4c1" />
      <line
        x1={x(pair.threshold_bits)}
        x2={x(pair.threshold_bits)}
        y1="4"
        y2={height - 18}
        stroke="#a63d2a"
        strokeDasharray="4 3"
      />
      <text x={x(pair.threshold_bits)} y={height - 4} textAnchor="middle" style={{ fill: '#a63d2a', fontSize: 11 }}>
        {t('match.threshold', { bits: signed(pair.threshold_bits) })}
      </text>
      {pair.steps.map((step, index) => {
        const from = step.running_bits - step.bits;
        const [left, right] = [Math.min(from, step.running_bits), Math.max(from, step.running_bits)];
        const y = index * rowHeight + 6;
        return (
          <g key={`${step.title}:${index}`}>
            <title>{step.note ?? step.level ?? step.title}</title>
            <text x={size.label - 8} y={y + 14} textAnchor="end">
              {step.title}
            </text>
            <rect
              x={x(left)}
              y={y + 2}
              width={Math.max(1.5, x(right) - x(left))}
              height={rowHeight - 10}
              fill={step.bits < 0 ? '#c46a56' : '#3f8f83'}
            />
            <text x={size.width - 4} y={y + 14} textAnchor="end" className="num">
              {signed(step.bits)}
            </text>
          </g>
        );
      })}
      <text x={size.label - 8} y={pair.steps.length * rowHeight + 20} textAnchor="end" style={{ fontWeight: 600 }}>
        {t('match.sum')}
      </text>
      <circle cx={x(pair.weight_bits)} cy={pair.steps.length * rowHeight + 15} r="5" fill="#1d2a30" />
      <text x={size.width - 4} y={pair.steps.length * rowHeight + 20} textAnchor="end" style={{ fontWeight: 600 }}>
        {signed(pair.weight_bits)}
      </text>
    </svg>
  );
}
