import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router-dom';
import { useOp } from '../../api/hooks';
import { useT } from '../../i18n';
import { count } from '../../shared/format';
import { PageHead, Panel } from '../../shared/page';
import { useMay } from '../../shared/session';
import { Answered, Empty, Failed } from '../../shared/states';
import { Canvas } from './canvas';
import { AreaDialog, DrawnList } from './drawn';
import {
  type Areas,
  type Box,
  boxOf,
  filterOf,
  fitted,
  listOf,
  parseBox,
  polygonFrom,
  type Position,
  printBox,
  scaled,
} from './model';
import { AreaTable, PrecisionTable, StreetTable } from './tables';

const whole: Box = [113.7, 22.4, 114.7, 22.9];
const smallest = 0.002;

function MapOf({ data }: { data: Areas }) {
  const t = useT();
  const may = useMay();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const [draft, setDraft] = useState<Position[] | null>(null);
  const [dialog, setDialog] = useState<'draft' | 'paste' | null>(null);
  const areas = data.features.filter((area) => area.properties.kind === 'area');
  const drawn = data.features.filter((area) => area.properties.kind === 'drawn');
  const chosen = areas.find((area) => area.id === params.get('area'));
  const filter = filterOf(params);
  const asked = params.get('box');
  const box = useMemo(() => {
    const city = data.features.filter((area) => area.properties.kind === 'area');
    return fitted(parseBox(asked) ?? boxOf(chosen ? [chosen] : city) ?? whole);
  }, [asked, chosen, data]);
  const counts = useOp('map_units', { query: { ...filter, bbox: printBox(box), cells: 24 } }, { keep: true });
  const go = (change: Record<string, string | null>) => {
    const next = new URLSearchParams(params);
    for (const [name, value] of Object.entries(change)) {
      if (value === null) next.delete(name);
      else next.set(name, value);
    }
    setParams(next);
  };
  const openArea = (id: string) => {
    if (areas.some((area) => area.id === id)) go({ area: id, box: null });
    else navigate(listOf(filter, { within: id }));
  };
  const zoom = (factor: number, middle?: Position) => go({ box: printBox(scaled(box, factor, middle)) });
  if (counts.error) return <Failed error={counts.error} retry={() => void counts.refetch()} />;
  const total = chosen ? counts.data?.areas.find((area) => area.id === chosen.id)?.count : counts.data?.total;
  const title = chosen?.properties.name ?? t('map.city');
  return (
    <div className="grid-2" aria-busy={counts.isFetching}>
      <Panel
        title={title}
        extra={
          <span className="row">
            <Button onClick={() => zoom(0.5)} disabled={box[2] - box[0] < smallest} aria-label={t('map.zoomIn')}>
              +
            </Button>
            <Button onClick={() => zoom(2)} disabled={box[2] - box[0] > 4} aria-label={t('map.zoomOut')}>
              −
            </Button>
            <Button onClick={() => go({ area: null, box: null })} disabled={!chosen && !asked}>
              {t('map.reset')}
            </Button>
          </span>
        }
      >
        <div className="search-form">
          <span aria-live="polite">
            {counts.data
              ? t('search.total', {
                  n: `${counts.data.total_is_exact ? '' : t('search.about')}${count(total)}`,
                })
              : t('state.loading')}
          </span>
          {Object.keys(filter).length > 0 && (
            <Link className="target" to={listOf(filter, {})}>
              {t('map.backToList')}
            </Link>
          )}
          <span className="grow" />
          {may('create_area') && !draft && <Button onClick={() => setDraft([])}>{t('map.draw')}</Button>}
          {may('create_area') && !draft && <Button onClick={() => setDialog('paste')}>{t('map.paste')}</Button>}
          {draft && (
            <>
              <span className="soft">{t('map.drawHint', { n: draft.length })}</span>
              <Button disabled={draft.length === 0} onClick={() => setDraft(draft.slice(0, -1))}>
                {t('map.undoPoint')}
              </Button>
              <Button type="primary" disabled={draft.length < 3} onClick={() => setDialog('draft')}>
                {t('map.finish')}
              </Button>
              <Button onClick={() => setDraft(null)}>{t('form.cancel')}</Button>
            </>
          )}
        </div>
        <Canvas
          areas={data.features}
          counts={counts.data}
          box={box}
          chosen={chosen?.id}
          isClose={!!asked}
          draft={draft ?? undefined}
          openArea={openArea}
          openStreet={(code) => navigate(listOf(filter, { district: code }))}
          openCell={(cell) =>
            cell.unit ? navigate(`/units/${cell.unit}`) : zoom(0.35, [cell.longitude, cell.latitude])
          }
          addPoint={(position) => setDraft([...(draft ?? []), position])}
        />
        {counts.data?.total === 0 && <Empty title={t('search.none')} hint={t('search.noneHint')} />}
        <div className="panel-body faint">
          <p>{t(counts.data?.cells_hidden ? 'map.hidden' : 'map.legend')}</p>
          {data.sources.map((source) => (
            <p key={source} className="wrap">
              {source}
            </p>
          ))}
        </div>
      </Panel>
      <div className="stack">
        {counts.data && (
          <>
            <Panel title={chosen ? t('map.streetsOf', { name: title }) : t('map.areas')}>
              {chosen ? (
                <StreetTable counts={counts.data} filter={filter} area={chosen.id} />
              ) : (
                <AreaTable counts={counts.data} filter={filter} open={openArea} />
              )}
            </Panel>
            <Panel title={t('map.precision')}>
              <PrecisionTable counts={counts.data} filter={filter} />
            </Panel>
          </>
        )}
        {may('create_area') && (
          <Panel title={t('map.drawn')}>
            <DrawnList areas={drawn} filter={filter} />
          </Panel>
        )}
      </div>
      {dialog && (
        <AreaDialog
          geometry={dialog === 'draft' && draft ? polygonFrom(draft) : null}
          close={(made) => {
            setDialog(null);
            if (made) setDraft(null);
          }}
        />
      )}
    </div>
  );
}

/** The city with the units of a search upon it, by area, then by street and point. */
export default function MapPage() {
  const t = useT();
  const areas = useOp('list_areas', {});
  return (
    <>
      <PageHead title={t('nav.map')} hint={t('map.hint')} />
      <Answered query={areas}>{(data) => <MapOf data={data} />}</Answered>
    </>
  );
}
