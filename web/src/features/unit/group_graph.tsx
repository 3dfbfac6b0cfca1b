// The group as a drawing: heads at the left, what they own to the right, circles in red. The table beside it has them all.
import { useNavigate } from 'react-router-dom';
import type { Schemas } from '../../api/client';
import { useT } from '../../i18n';

type Group = Schemas['UnitGroup'];
type Member = Group['members'][number];

const box = { width: 214, height: 40, across: 64, down: 12, margin: 8 };
const perLevel = 14;
const levelsDrawn = 6;

const short = (name: string) => (Array.from(name).length > 15 ? `${Array.from(name).slice(0, 14).join('')}…` : name);

interface Placed {
  member: Member;
  x: number;
  y: number;
}

/** Members in columns by level, those of one column beside their parents where that is easy. */
export function placesOf(group: Group): { placed: Placed[]; left: number } {
  const parents = new Map<string, string[]>();
  for (const link of group.links) parents.set(link.child, [...(parents.get(link.child) ?? []), link.parent]);
  const rowOf = new Map<string, number>();
  const placed: Placed[] = [];
  let left = 0;
  const deepest = Math.max(0, ...group.members.map((member) => member.level));
  for (let level = 0; level <= deepest; level += 1) {
    const members = group.members.filter((member) => member.level === level);
    const rowWeight = (member: Member) => {
      const rows = (parents.get(member.unit) ?? []).map((parent) => rowOf.get(parent) ?? Infinity);
      return Math.min(perLevel, ...rows);
    };
    // The unit asked for is always drawn.
    const sorted = [...members].sort(
      (a, b) => Number(a.steps !== 0) - Number(b.steps !== 0) || rowWeight(a) - rowWeight(b),
    );
    const drawn = level < levelsDrawn ? sorted.slice(0, perLevel) : [];
    left += members.length - drawn.length;
    drawn
      .sort((a, b) => rowWeight(a) - rowWeight(b))
      .forEach((member, row) => {
        rowOf.set(member.unit, row);
        placed.push({
          member,
          x: box.margin + level * (box.width + box.across),
          y: box.margin + row * (box.height + box.down),
        });
      });
  }
  return { placed, left };
}

function Node({ place: { member, x, y }, own }: { place: Placed; own: boolean }) {
  const t = useT();
  const navigate = useNavigate();
  const to = `/units/${member.unit}?tab=group`;
  const tone = member.in_cycle ? '#a63d2a' : '#17635a';
  return (
    <a
      href={to}
      onClick={(event) => {
        event.preventDefault();
        navigate(to);
      }}
    >
      <title>{member.name}</title>
      <rect x={x} y={y} width={box.width} height={box.height} rx="4" fill={own ? '#e3efec' : '#fff'} stroke={tone} />
      <text x={x + 8} y={y + 17} style={{ fontWeight: own ? 600 : 400 }}>
        {short(member.name)}
      </text>
      <text x={x + 8} y={y + 32} style={{ fontSize: 10, fill: '#5d6b72' }}>
        {[member.uscc, member.in_cycle ? t('group.cycle') : ''].filter(Boolean).join(' · ')}
      </text>
    </a>
  );
}

export function GroupGraph({ group, name }: { group: Group; name: string }) {
  const t = useT();
  const { placed, left } = placesOf(group);
  const at = new Map(placed.map((place) => [place.member.unit, place]));
  const width =
    Math.max(...placed.map((place) => place.x)) +
    box.width +
    (group.links.some((link) => link.in_cycle) ? box.across : box.margin);
  const height = Math.max(...placed.map((place) => place.y)) + box.height + box.margin;
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={t('group.graph', { name })}>
      <svg className="graph" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="group">
        {group.links.map((link) => {
          const from = at.get(link.parent);
          const to = at.get(link.child);
          if (!from || !to) return null;
          const [x1, y1] = [from.x + box.width, from.y + box.height / 2];
          const back = to.x <= from.x;
          const [x2, y2] = [back ? to.x + box.width : to.x, to.y + box.height / 2];
          const bend = back ? Math.max(x1, x2) + box.across * 0.7 : (x1 + x2) / 2;
          return (
            <path
              key={`${link.child}:${link.parent}:${link.kind}`}
              className="edge"
              d={`M${x1},${y1} C${bend},${y1} ${bend},${y2} ${x2},${y2}`}
              style={link.in_cycle ? { stroke: '#a63d2a' } : undefined}
              strokeDasharray={link.kind === 'owner' ? '5 3' : undefined}
            />
          );
        })}
        {placed.map((place) => (
          <Node key={place.member.unit} place={place} own={place.member.steps === 0} />
        ))}
      </svg>
      {left > 0 && <p className="faint">{t('group.left', { n: left })}</p>}
    </div>
  );
}
