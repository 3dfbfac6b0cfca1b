import { useOp } from '../../api/hooks';
import { isKey, useT } from '../../i18n';
import { useMay } from '../../shared/session';
import type { SearchQuery } from './query';

interface Props {
  query: SearchQuery;
  change: (query: SearchQuery) => void;
}

const without = (list: string | undefined, item: string) =>
  list
    ?.split(',')
    .filter((one) => one && one !== item)
    .join(',') || undefined;

/** Conditions of place, as the map sets them: each can be dropped here. */
export function PlaceFilters({ query, change }: Props) {
  const t = useT();
  const may = useMay();
  const areas = useOp('list_areas', {}, { enabled: may('list_areas') && !!query.within });
  const within = query.within?.split(',').filter(Boolean) ?? [];
  const precisions = query.precision?.split(',').filter(Boolean) ?? [];
  if (within.length + precisions.length === 0) return null;
  const nameOf = (id: string) => {
    const word = `search.within.${id}`;
    return isKey(word) ? t(word) : (areas.data?.features.find((area) => area.id === id)?.properties.name ?? id);
  };
  const precisionOf = (code: string) => {
    const word = `map.precision.${code}`;
    return isKey(word) ? t(word) : code;
  };
  const box = (name: string, drop: () => void) => (
    <label key={name}>
      <input type="checkbox" checked onChange={drop} aria-label={t('search.dropPlace', { name })} />
      <span className="name">{name}</span>
    </label>
  );
  return (
    <fieldset className="facet">
      <legend>{t('search.within')}</legend>
      {within.map((id) => box(nameOf(id), () => change({ ...query, within: without(query.within, id) })))}
      {precisions.map((code) =>
        box(precisionOf(code), () => change({ ...query, precision: without(query.precision, code) })),
      )}
    </fieldset>
  );
}
