// The unit in the middle, what stands above it at the left, what belongs to it or resembles it at the right.
import { useNavigate } from 'react-router-dom';
import type { Schemas } from '../../api/client';
import { type Key, useT } from '../../i18n';

type UnitLink = Schemas['UnitLink'];

const above: UnitLink['kind'][] = ['parent', 'owner', 'merged'];
const perSide = 12;
const box = { width: 236, height: 34, gap: 12 };
const view = { width: 980, left: 4, middle: 372, right: 740 };

const tone: Record<UnitLink['kind'], string> = {
  parent: '#17635a',
  owner: '#17635a',
  branch: '#2f5d8a',
  group: '#2f5d8a',
  same_legal_rep: '#8a5a00',
  merged: '#5d6b72',
  refused: '#a63d2a',
};

/** A name that fits its box; the whole name stands in the title. */
const short = (name: string) => (Array.from(name).length > 17 ? `${Array.from(name).slice(0, 16).join('')}…` : name);

interface NodeProps {
  link: UnitLink;
  x: number;
  y: number;
}

function Node({ link, x, y }: NodeProps) {
  const t = useT();
  const navigate = useNavigate();
  const kind = link.title || t(`link.${link.kind}` as Key);
  const body = (
    <>
      <title>{`${kind}: ${link.name}`}</title>
      <rect x={x} y={y} width={box.width} height={box.height} rx="4" fill="#fff" stroke={tone[link.kind]} />
      <text x={x + 8} y={y + 14} style={{ fontSize: 10, fill: tone[link.kind] }}>
        {kind}
      </text>
      <text x={x + 8} y={y + 28}>
        {short(link.name)}
      </text>
    </>
  );
  if (!link.unit) return <g>{body}</g>;
  const to = `/units/${link.unit}`;
  return (
    <a
      href={to}
      onClick={(event) => {
        event.preventDefault();
        navigate(to);
      }}
    >
      {body}
    </a>
  );
}

const rows = (n: number) => n * box.height + Math.max(0, n - 1) * box.gap;

export function LinkGraph({ name, links }: { name: string; links: UnitLink[] }) {
  const t = useT();
  const left = links.filter((link) => above.includes(link.kind)).slice(0, perSide);
  const right = links.filter((link) => !above.includes(link.kind)).slice(0, perSide);
  const height = Math.max(80, rows(left.length), rows(right.length)) + 16;
  const middle = height / 2;
  const top = (side: UnitLink[], index: number) => middle - rows(side.length) / 2 + index * (box.height + box.gap);
  const sides = [
    { side: left, x: view.left, from: view.middle, to: view.left + box.width },
    { side: right, x: view.right, from: view.middle + box.width, to: view.right },
  ];
  return (
    <svg
      className="graph"
      viewBox={`0 0 ${view.width} ${height}`}
      role="group"
      aria-label={t('links.graph', { name })}
    >
      {sides.map(({ side, x, from, to }) =>
        side.map((link, index) => {
          const y = top(side, index);
          const end = y + box.height / 2;
          const half = (from + to) / 2;
          return (
            <g key={`${link.kind}:${link.name}:${index}`}>
              <path
                className="edge"
                d={`M${from},${middle} C${half},${middle} ${half},${end} ${to},${end}`}
                strokeDasharray={link.kind === 'refused' ? '4 3' : undefined}
              />
              <Node link={link} x={x} y={y} />
            </g>
          );
        }),
      )}
      <rect x={view.middle} y={middle - 22} width={box.width} height="44" rx="5" fill="#17635a" />
      <text
        x={view.middle + box.width / 2}
        y={middle + 5}
        textAnchor="middle"
        style={{ fill: '#fff', fontWeight: 600 }}
      >
        <title>{name}</title>
        {short(name)}
      </text>
    </svg>
  );
}
