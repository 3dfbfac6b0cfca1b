import type { Schemas } from '../api/client';
import { useT } from '../i18n';
import { count } from './format';

interface Props {
  fields: Schemas['FacetCount'][];
  value?: string;
  change: (value: string) => void;
}

/** One field of a desk's list, with how many entries each has. */
export function FieldSelect({ fields, value, change }: Props) {
  const t = useT();
  const known = fields.some((field) => field.code === value);
  return (
    <label className="row">
      {t('unit.field')}
      <select className="native" value={value ?? ''} onChange={(event) => change(event.target.value)}>
        <option value="">{t('form.all')}</option>
        {value && !known && <option value={value}>{value}</option>}
        {fields.map((field) => (
          <option key={field.code} value={field.code}>
            {`${field.title} (${count(field.count)})`}
          </option>
        ))}
      </select>
    </label>
  );
}
