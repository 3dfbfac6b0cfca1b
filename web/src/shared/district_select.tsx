import { useOp } from '../api/hooks';
import { useT } from '../i18n';
import { text } from './format';
import { useMay } from './session';

/** A district of those that the workbench counts; nothing for those who may not see it. */
export function DistrictSelect({ value, change }: { value?: string; change: (value: string) => void }) {
  const t = useT();
  const may = useMay();
  const districts = useOp('overview', {}, { enabled: may('overview') }).data?.districts ?? [];
  if (districts.length === 0) return null;
  return (
    <label className="row">
      {t('search.facet.district')}
      <select className="native" value={value ?? ''} onChange={(event) => change(event.target.value)}>
        <option value="">{t('form.all')}</option>
        {districts.map((district) => (
          <option key={district.code} value={district.code}>
            {district.title}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Code of a district to its title, from the counts of the workbench. */
export function useDistrictTitles(): (code: string | undefined) => string {
  const may = useMay();
  const districts = useOp('overview', {}, { enabled: may('overview') }).data?.districts ?? [];
  return (code) => districts.find((district) => code?.startsWith(district.code))?.title ?? text(code);
}
