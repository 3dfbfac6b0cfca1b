// The drawing: areas shaded by count, bubbles of streets and of points. Everything it shows stands in the table too.
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { type Lang, useI18n } from '../../i18n';
import { count } from '../../shared/format';
import {
  type Area,
  type Box,
  brief,
  type Counts,
  type Frame,
  frameOf,
  pathOf,
  type Position,
  radiusOf,
  shape,
  washes,
  washOf,
} from './model';

interface Props {
  areas: Area[];
  counts?: Counts;
  box: Box;
  /** The area that is looked into; none: the whole city. */
  chosen?: string;
  /** Points instead of streets: close enough to tell them apart. */
  isClose: boolean;
  draft?: Position[];
  openArea: (id: string) => void;
  openStreet: (code: string) => void;
  openCell: (cell: Counts['cells'][number]) => void;
  addPoint: (position: Position) => void;
}

const onEnter = (act: () => void) => (event: KeyboardEvent) => {
  if (event.key !== 'Enter' && event.key !== ' ') return;
  event.preventDefault();
  act();
};

interface PressProps {
  label: string;
  act: () => void;
  className: string;
  children: ReactNode;
}

/** Something of the drawing that can be pressed by mouse and by key. */
function Press({ label, act, className, children }: PressProps) {
  return (
    <g className={className} role="button" tabIndex={0} aria-label={label} onClick={act} onKeyDown={onEnter(act)}>
      <title>{label}</title>
      {children}
    </g>
  );
}

interface BubbleProps {
  at: [number, number];
  n: number;
  largest: number;
  label: string;
  kind: 'street' | 'cell' | 'single';
  lang: Lang;
  act: () => void;
}

function Bubble({ at: [x, y], n, largest, label, kind, lang, act }: BubbleProps) {
  return (
    <Press className={`bubble ${kind}`} label={label} act={act}>
      <circle cx={x} cy={y} r={kind === 'single' ? 12 : radiusOf(n, largest)} />
      {kind === 'single' ? (
        <circle className="dot" cx={x} cy={y} r="5" />
      ) : (
        <text x={x} y={y + 4} textAnchor="middle">
          {brief(n, lang)}
        </text>
      )}
    </Press>
  );
}

function useWidth() {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.max(280, Math.round(element.clientWidth))));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [place, width] as const;
}

function AreaShapes({ areas, counts, frame, chosen, isClose, openArea }: Props & { frame: Frame }) {
  const { t } = useI18n();
  const paths = useMemo(() => areas.map((area) => pathOf(area, frame)), [areas, frame]);
  const byId = new Map(counts?.areas.map((area) => [area.id, area.count]));
  const largest = Math.max(0, ...areas.map((area) => byId.get(area.id) ?? 0));
  return (
    <>
      {areas.map((area, index) => {
        if (!paths[index]) return null;
        const n = byId.get(area.id);
        const drawn = area.properties.kind === 'drawn';
        const label = drawn ? area.properties.name : t('map.areaLabel', { name: area.properties.name, n: count(n) });
        const wash = chosen && chosen !== area.id ? 0 : isClose ? 1 : washOf(n ?? 0, largest);
        const drawing = <path d={paths[index]} fillRule="evenodd" fill={drawn ? 'none' : washes[wash]} />;
        return (
          <Press
            key={area.id}
            className={`area ${drawn ? 'drawn' : ''} ${chosen === area.id ? 'chosen' : ''}`}
            label={label}
            act={() => openArea(area.id)}
          >
            {drawing}
          </Press>
        );
      })}
    </>
  );
}

function Names({ areas, counts, frame }: { areas: Area[]; counts?: Counts; frame: Frame }) {
  const { lang } = useI18n();
  return (
    <g className="names" aria-hidden="true">
      {areas.map(({ id, properties: { name, longitude, latitude } }) => {
        if (longitude === undefined || latitude === undefined) return null;
        const [x, y] = frame.project([longitude, latitude]);
        const n = counts?.areas.find((area) => area.id === id)?.count;
        return (
          <text key={id} x={x} y={y} textAnchor="middle">
            {name}
            {n !== undefined && (
              <tspan x={x} dy="15">
                {brief(n, lang)}
              </tspan>
            )}
          </text>
        );
      })}
    </g>
  );
}

function Bubbles({ counts, frame, chosen, isClose, openStreet, openCell }: Props & { frame: Frame }) {
  const { t, lang } = useI18n();
  if (!counts) return null;
  const streets = counts.streets.filter(
    (street) => !isClose && street.area === chosen && street.longitude !== undefined,
  );
  const cells = isClose ? counts.cells : [];
  const largest = Math.max(1, ...streets.map((street) => street.count));
  const many = Math.max(1, ...cells.map((cell) => cell.count));
  return (
    <>
      {streets.map((street) => (
        <Bubble
          key={street.code}
          at={frame.project([street.longitude!, street.latitude!])}
          n={street.count}
          largest={largest}
          kind="street"
          lang={lang}
          label={t('map.streetLabel', { name: street.title, n: count(street.count) })}
          act={() => openStreet(street.code)}
        />
      ))}
      {cells.map((cell) => (
        <Bubble
          key={`${cell.longitude}:${cell.latitude}`}
          at={frame.project([cell.longitude, cell.latitude])}
          n={cell.count}
          largest={many}
          kind={cell.unit ? 'single' : 'cell'}
          lang={lang}
          label={cell.unit ? t('map.unitLabel') : t('map.cellLabel', { n: count(cell.count) })}
          act={() => openCell(cell)}
        />
      ))}
    </>
  );
}

export function Canvas(props: Props) {
  const { t } = useI18n();
  const { areas, box, chosen, draft, counts, addPoint } = props;
  const [place, width] = useWidth();
  const height = Math.round(width * shape);
  const frame = useMemo(() => frameOf(box, width, height), [box, width, height]);
  const press = (event: MouseEvent<SVGSVGElement>) => {
    if (!draft) return;
    const corner = event.currentTarget.getBoundingClientRect();
    addPoint(frame.unproject(event.clientX - corner.left, event.clientY - corner.top));
  };
  const line = draft?.map((position) => frame.project(position).join(',')).join(' ');
  return (
    <div ref={place} className="map-place">
      <svg
        className={`map ${draft ? 'drawing' : ''}`}
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="group"
        aria-label={t('map.drawing')}
        onClick={press}
      >
        <g pointerEvents={draft ? 'none' : undefined}>
          <AreaShapes {...props} frame={frame} />
          {!chosen && <Names areas={areas} counts={counts} frame={frame} />}
          <Bubbles {...props} frame={frame} />
        </g>
        {draft && (
          <g className="draft">
            <polygon points={line} />
            {draft.map((position) => {
              const [x, y] = frame.project(position);
              return <circle key={position.join(':')} cx={x} cy={y} r="4" />;
            })}
          </g>
        )}
      </svg>
    </div>
  );
}
