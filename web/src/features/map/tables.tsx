// What the drawing shows, as tables: for those who cannot see it, and because a number is read more surely than a shade.
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import { isKey, useT } from '../../i18n';
import { count } from '../../shared/format';
import { type Counts, listOf } from './model';

interface Props {
  counts: Counts;
  filter: Record<string, string>;
}

function ListLink({ to, n, name }: { to: string; n: number; name: string }) {
  const t = useT();
  return (
    <Link to={to} className="target" aria-label={t('map.openList', { name, n: count(n) })}>
      {count(n)}
    </Link>
  );
}

/** Places and how many units are there; the rows are the children. */
function CountTable({ caption, place, children }: { caption: string; place: string; children: ReactNode }) {
  const t = useT();
  return (
    <table className="plain">
      <caption className="hidden-visually">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{place}</th>
          <th scope="col" className="right">
            {t('map.units')}
          </th>
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

export function AreaTable({ counts, filter, open }: Props & { open: (id: string) => void }) {
  const t = useT();
  const areas = counts.areas.map((area) => {
    const word = `search.within.${area.id}`; // what is no area has words of its own
    return { ...area, title: isKey(word) ? t(word) : area.title };
  });
  return (
    <CountTable caption={t('map.areas')} place={t('map.area')}>
      {areas.map((area) => (
        <tr key={area.id}>
          <th scope="row">
            {area.longitude === undefined ? (
              area.title
            ) : (
              <Button type="link" size="small" onClick={() => open(area.id)}>
                {area.title}
              </Button>
            )}
          </th>
          <td className="right">
            <ListLink to={listOf(filter, { within: area.id })} n={area.count} name={area.title} />
          </td>
        </tr>
      ))}
    </CountTable>
  );
}

export function StreetTable({ counts, filter, area }: Props & { area: string }) {
  const t = useT();
  const streets = counts.streets.filter((street) => street.area === area);
  return (
    <CountTable caption={t('map.streets')} place={t('map.street')}>
      {streets.length === 0 && (
        <tr>
          <td colSpan={2}>{t('map.noStreets')}</td>
        </tr>
      )}
      {streets.map((street) => (
        <tr key={street.code}>
          <th scope="row">
            {street.title}
            {street.longitude === undefined && <span className="faint"> · {t('map.noPoint')}</span>}
          </th>
          <td className="right">
            <ListLink to={listOf(filter, { district: street.code })} n={street.count} name={street.title} />
          </td>
        </tr>
      ))}
    </CountTable>
  );
}

export function PrecisionTable({ counts, filter }: Props) {
  const t = useT();
  return (
    <table className="plain">
      <caption className="hidden-visually">{t('map.precision')}</caption>
      <tbody>
        {counts.precisions.map((precision) => (
          <tr key={precision.code}>
            <th scope="row">{t(`map.precision.${precision.code}` as 'map.precision.none')}</th>
            <td className="right">
              <ListLink
                to={listOf(filter, { precision: precision.code })}
                n={precision.count}
                name={t(`map.precision.${precision.code}` as 'map.precision.none')}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
