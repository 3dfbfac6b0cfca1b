import { Button, Form, Modal } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import type { Schemas } from '../../api/client';
import { useChange } from '../../api/hooks';
import { useI18n, useT } from '../../i18n';
import { fieldValue, text, unknown } from '../../shared/format';
import { ReasonField } from '../../shared/form_fields';
import { ProblemAlert } from '../../shared/problem_alert';
import { useMay } from '../../shared/session';
import { statusClass } from '../../shared/status';

type Unit = Schemas['Unit'];

function Unmask({ unit, done }: { unit: Unit; done: (unit: Unit) => void }) {
  const t = useT();
  const unmask = useChange('unmask_unit', ['get_unit_audit']);
  const [open, setOpen] = useState(false);
  const submit = ({ reason }: { reason: string }) =>
    unmask.mutate(
      { path: { id: unit.unit }, body: { reason: reason.trim() } },
      {
        onSuccess: (whole) => {
          done(whole);
          setOpen(false);
        },
      },
    );
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('unit.unmask', { n: unit.masked_fields?.length ?? 0 })}</Button>
      {open && (
        <Modal open title={t('unit.unmaskTitle')} footer={null} onCancel={() => setOpen(false)}>
          <Form layout="vertical" onFinish={submit}>
            {unmask.error && <ProblemAlert error={unmask.error} />}
            <p className="soft">{t('unit.unmaskHint')}</p>
            <ReasonField rows={3} />
            <Button type="primary" htmlType="submit" loading={unmask.isPending}>
              {t('unit.unmaskGo')}
            </Button>
          </Form>
        </Modal>
      )}
    </>
  );
}

/** Area, coordinates as far as they may be seen, and how well they are known. */
function placeText(place: NonNullable<Unit['place']>, t: ReturnType<typeof useT>): string {
  const known = t(`map.precision.${place.precision}`);
  const at =
    place.longitude === undefined || place.latitude === undefined
      ? ''
      : `${place.longitude.toFixed(5)}, ${place.latitude.toFixed(5)}`;
  return [place.area_title, at, known].filter(Boolean).join(' · ');
}

/** Name, status, district and industry, and what is wrong with the unit at a glance. */
export function UnitHead({ unit, unmasked }: { unit: Unit; unmasked: (unit: Unit) => void }) {
  const { t, lang } = useI18n();
  const may = useMay();
  const field = (code: string) => unit.fields.find((item) => item.code === code);
  const shown = (code: string) => {
    const found = field(code);
    return found ? fieldValue(code, found.value, found.value_title, lang) : unknown;
  };
  const status = field('op_status') ?? field('reg_status');
  const statusText = status ? text(status.value_title ?? status.value) : unknown;
  const conflicts = unit.fields.filter((item) => item.conflict).length;
  const facts: [string, string][] = [
    [t('search.col.uscc'), shown('uscc')],
    [t('search.col.district'), shown('region_code')],
    [t('search.col.industry'), shown('industry_code')],
    [t('search.col.legal_rep'), shown('legal_rep')],
    [t('search.col.founded'), shown('founded')],
    ...(unit.place ? ([[t('unit.place'), placeText(unit.place, t)]] as [string, string][]) : []),
    [t('unit.version'), text(unit.version)],
  ];
  return (
    <section className="panel unit-head">
      <div className="row between">
        <div className="row">
          <span className="mono faint">{unit.unit}</span>
          <span className={`chip ${statusClass(statusText)}`}>{statusText}</span>
          {conflicts > 0 && <span className="chip bad">{t('unit.conflicts', { n: conflicts })}</span>}
          {unit.missing.length > 0 && (
            <span className="chip warn" title={unit.missing.map((item) => item.title).join('、')}>
              {t('unit.missing', {
                n: unit.missing.length,
                names: unit.missing
                  .map((m) => m.title)
                  .slice(0, 4)
                  .join('、'),
              })}
            </span>
          )}
          {!!unit.withheld_fields && <span className="chip">{t('unit.withheld', { n: unit.withheld_fields })}</span>}
        </div>
        {may('unmask_unit') && !!unit.masked_fields?.length && <Unmask unit={unit} done={unmasked} />}
      </div>
      {unit.merged_into && (
        <div className="as-of">
          {t('unit.mergedInto')} <Link to={`/units/${unit.merged_into}`}>{unit.merged_into}</Link>
        </div>
      )}
      <div className="facts">
        {facts.map(([label, value]) => (
          <span key={label}>
            {label}
            <b>{value}</b>
          </span>
        ))}
      </div>
    </section>
  );
}
