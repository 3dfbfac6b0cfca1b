// Areas of one's own: drawn by clicks on the map, or given as GeoJSON; each opens its list.
import { DeleteOutlined } from '@ant-design/icons';
import { App, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import type { Schemas } from '../../api/client';
import { useChange } from '../../api/hooks';
import { useT } from '../../i18n';
import { ProblemAlert } from '../../shared/problem_alert';
import { useMay } from '../../shared/session';
import { type Area, listOf } from './model';

interface DialogProps {
  /** Null: the person types or pastes it. */
  geometry: Schemas['AreaGeometry'] | null;
  close: (made: boolean) => void;
}

/** The geometry in a pasted text, or null when it is no JSON object; whether it is an area the server says. */
function geometryIn(text: string): Schemas['AreaGeometry'] | null {
  try {
    const json: unknown = JSON.parse(text);
    return json !== null && typeof json === 'object' ? (json as Schemas['AreaGeometry']) : null;
  } catch {
    return null;
  }
}

export function AreaDialog({ geometry, close }: DialogProps) {
  const t = useT();
  const { message } = App.useApp();
  const create = useChange('create_area', ['list_areas']);
  const [name, setName] = useState('');
  const [pasted, setPasted] = useState('');
  const given = geometry ?? geometryIn(pasted);
  const submit = () => {
    if (!given) return;
    create.mutate(
      { body: { name: name.trim(), geometry: given } },
      {
        onSuccess: () => {
          void message.success(t('map.kept'));
          close(true);
        },
      },
    );
  };
  return (
    <Modal
      open
      title={t('map.keepArea')}
      okText={t('form.save')}
      cancelText={t('form.cancel')}
      onCancel={() => close(false)}
      onOk={submit}
      okButtonProps={{ disabled: !name.trim() || !given, loading: create.isPending }}
    >
      {create.error && <ProblemAlert error={create.error} />}
      <label className="field">
        {t('map.areaName')}
        <Input value={name} maxLength={64} onChange={(event) => setName(event.target.value)} autoFocus />
      </label>
      {!geometry && (
        <label className="field">
          {t('map.geojson')}
          <Input.TextArea rows={6} value={pasted} onChange={(event) => setPasted(event.target.value)} />
          {pasted && !given && <span className="warn">{t('map.noJson')}</span>}
        </label>
      )}
    </Modal>
  );
}

export function DrawnList({ areas, filter }: { areas: Area[]; filter: Record<string, string> }) {
  const t = useT();
  const may = useMay();
  const remove = useChange('delete_area', ['list_areas']);
  if (areas.length === 0) return <p className="panel-body faint">{t('map.noDrawn')}</p>;
  return (
    <>
      {remove.error && <ProblemAlert error={remove.error} />}
      <ul className="lines">
        {areas.map((area) => (
          <li key={area.id} className="line">
            <Link to={listOf(filter, { within: area.id })} className="target grow">
              {area.properties.name}
            </Link>
            {may('delete_area') && (
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t('map.dropArea', { name: area.properties.name })}
                loading={remove.isPending && remove.variables?.path?.id === area.id}
                onClick={() => remove.mutate({ path: { id: area.id } })}
              />
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
