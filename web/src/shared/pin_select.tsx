import type { Schemas } from '../api/client';
import { useOp } from '../api/hooks';
import { useT } from '../i18n';
import { useMay } from './session';

interface Props {
  value: string;
  change: (pin: Schemas['Pin'] | undefined) => void;
  none: string;
}

/** A choice among the newest pins; nothing while there are none. */
export function PinSelect({ value, change, none }: Props) {
  const t = useT();
  const may = useMay();
  const pins = useOp('list_pins', { query: { limit: 200 } }, { enabled: may('list_pins') }).data?.items ?? [];
  if (pins.length === 0) return null;
  return (
    <label className="row">
      {t('pins.pin')}
      <select
        className="native"
        value={value}
        onChange={(event) => change(pins.find((pin) => pin.name === event.target.value))}
      >
        <option value="">{none}</option>
        {pins.map((pin) => (
          <option key={pin.name} value={pin.name}>
            {t('pins.option', { name: pin.name, asOf: pin.as_of })}
          </option>
        ))}
      </select>
    </label>
  );
}
