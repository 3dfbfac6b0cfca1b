// Distributions as bars, one after another; a second row of counts stands behind in outline.
import { count } from '../../shared/format';

const size = { width: 220, height: 64 };

interface Props {
  counts: number[];
  behind?: number[];
  label: string;
}

export function Bars({ counts, behind, label }: Props) {
  const most = Math.max(1, ...counts, ...(behind ?? []));
  const step = size.width / Math.max(1, counts.length);
  const bar = (n: number) => Math.max(n > 0 ? 1 : 0, (n / most) * size.height);
  return (
    <svg viewBox={`0 0 ${size.width} ${size.height + 1}`} className="graph bars" role="img" aria-label={label}>
      {counts.map((n, at) => (
        <rect key={at} x={at * step + 1} y={size.height - bar(n)} width={step - 2} height={bar(n)} fill="#3f8f83">
          <title>{count(n)}</title>
        </rect>
      ))}
      {behind?.map((n, at) => (
        <rect
          key={`b${at}`}
          x={at * step + 1}
          y={size.height - bar(n)}
          width={step - 2}
          height={bar(n)}
          fill="none"
          stroke="#a63d2a"
          strokeDasharray="3 2"
        />
      ))}
      <line x1="0" x2={size.width} y1={size.height + 0.5} y2={size.height + 0.5} stroke="#b9c4c1" />
    </svg>
  );
}

/** A signed bar around the middle, for points that came or went. */
export function Swing({ value, most }: { value: number; most: number }) {
  const share = most > 0 ? Math.min(1, Math.abs(value) / most) * 50 : 0;
  return (
    <span className="swing" aria-hidden="true">
      <i style={{ width: `${share}%`, [value < 0 ? 'right' : 'left']: '50%' }} className={value < 0 ? 'down' : ''} />
    </span>
  );
}

export function GradeChip({ grade }: { grade: string }) {
  const tone: Record<string, string> = { A: 'good', B: 'good', C: 'info', D: 'warn', E: 'bad' };
  return <span className={`chip ${tone[grade] ?? ''}`}>{grade}</span>;
}
