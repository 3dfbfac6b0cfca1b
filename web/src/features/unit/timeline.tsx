// Time travel: a slider over the dates at which something changed, and a choice of what was known when.
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import type { Schemas } from '../../api/client';
import { type Key, useI18n, useT } from '../../i18n';
import { fieldValue, text, time } from '../../shared/format';
import { PinSelect } from '../../shared/pin_select';
import { Empty } from '../../shared/states';

export interface MomentChoice {
  asOf?: string;
  knownAt?: string;
  /** The name of the pin that both come from. */
  pin?: string;
}

interface MomentProps {
  history: Schemas['UnitHistory'];
  choice: MomentChoice;
  change: (next: MomentChoice) => void;
}

/** The last stop that is not after the date; the number of stops itself stands for today. */
export function stopOf(dates: string[], asOf: string | undefined): number {
  if (!asOf) return dates.length;
  let stop = 0;
  dates.forEach((date, index) => {
    if (date <= asOf) stop = index;
  });
  return stop;
}

function Stops({ dates }: { dates: string[] }) {
  const { t } = useI18n();
  const last = dates.length;
  const at = (index: number) => (last === 0 ? 50 : 1 + (98 * index) / last);
  return (
    <svg aria-hidden="true">
      {[...dates, ''].map((date, index) => (
        <line key={date || 'now'} x1={`${at(index)}%`} x2={`${at(index)}%`} y1="0" y2="4" stroke="#9aa7a4" />
      ))}
      {dates[0] && (
        <text x="0.5%" y="15" fontSize="11" fill="#5d6b72">
          {dates[0]}
        </text>
      )}
      <text x="99.5%" y="15" fontSize="11" fill="#5d6b72" textAnchor="end">
        {t('moment.now')}
      </text>
    </svg>
  );
}

function AsOfSlider({ dates, asOf, change }: { dates: string[]; asOf?: string; change: (date?: string) => void }) {
  const t = useT();
  const asked = stopOf(dates, asOf);
  const [stop, setStop] = useState(asked);
  useEffect(() => setStop(asked), [asked]);
  const label = dates[stop] ?? t('moment.now');
  // The page asks only when the hand rests, so that pulling the slider does not ask for every stop it passes.
  useEffect(() => {
    if (stop === asked) return undefined;
    const timer = setTimeout(() => change(dates[stop]), 200);
    return () => clearTimeout(timer);
  }, [stop, asked, dates, change]);
  return (
    <div className="slider">
      <input
        type="range"
        min={0}
        max={dates.length}
        step={1}
        value={stop}
        onChange={(event) => setStop(Number(event.target.value))}
        aria-label={t('moment.asOf')}
        aria-valuetext={label}
      />
      <Stops dates={dates} />
    </div>
  );
}

export function Moment({ history, choice, change }: MomentProps) {
  const t = useT();
  const known = history.known ?? [];
  const past = !!choice.asOf || !!choice.knownAt;
  return (
    <section className="panel panel-body timeline" aria-label={t('moment.label')}>
      <div className="row">
        <label className="row">
          {t('moment.asOf')}
          <input
            type="date"
            className="native"
            value={choice.asOf ?? ''}
            onChange={(event) => change({ knownAt: choice.knownAt, asOf: event.target.value || undefined })}
          />
        </label>
        <label className="row">
          {t('moment.knownAt')}
          <select
            className="native"
            value={choice.knownAt ?? ''}
            onChange={(event) => change({ asOf: choice.asOf, knownAt: event.target.value || undefined })}
          >
            <option value="">{t('moment.knownNow')}</option>
            {choice.knownAt && !known.some((commit) => String(commit.seq) === choice.knownAt) && (
              <option value={choice.knownAt}>#{choice.knownAt}</option>
            )}
            {[...known].reverse().map((commit) => (
              <option key={commit.seq} value={String(commit.seq)}>
                {t('moment.known', { seq: commit.seq, at: time(commit.at) })}
              </option>
            ))}
          </select>
        </label>
        <PinSelect
          value={choice.pin ?? ''}
          none={t('pins.choose')}
          change={(pin) => change(pin ? { asOf: pin.as_of, knownAt: String(pin.known_seq), pin: pin.name } : {})}
        />
        <span className="grow" />
        {past && (
          <>
            <span className="chip warn">
              {t('moment.past', {
                asOf: choice.asOf ?? t('moment.now'),
                known: choice.knownAt ? `#${choice.knownAt}` : t('moment.knownNow'),
              })}
            </span>
            <Button size="small" onClick={() => change({})}>
              {t('moment.back')}
            </Button>
          </>
        )}
      </div>
      {history.dates.length > 0 && (
        <AsOfSlider
          dates={history.dates}
          asOf={choice.asOf}
          change={(asOf) => change({ knownAt: choice.knownAt, asOf })}
        />
      )}
    </section>
  );
}

function Change({ event }: { event: Schemas['UnitEvent'] }) {
  const { lang } = useI18n();
  if (!event.before && !event.after) return null;
  const show = (value?: string) => fieldValue(event.field ?? '', value, undefined, lang);
  return (
    <div className="change">
      {event.field_title && <span className="soft">{event.field_title}</span>}
      {event.before && <del>{show(event.before)}</del>}
      {event.before && <span aria-hidden="true">→</span>}
      <ins>{show(event.after)}</ins>
    </div>
  );
}

const eventClass = (kind: string) =>
  kind === 'death' || kind === 'merger' ? 'end' : kind === 'value' || kind === 'first_seen' ? 'minor' : '';

export function Events({ history }: { history: Schemas['UnitHistory'] }) {
  const t = useT();
  const { events, known } = history;
  const knownAt = (event: Schemas['UnitEvent']) =>
    event.known_at ?? known?.find((commit) => commit.seq === event.known_seq)?.at;
  if (events.length === 0) return <Empty title={t('unit.noEvents')} />;
  return (
    <ol className="events">
      {events.map((event, index) => (
        <li key={`${event.date}:${event.kind}:${event.field ?? ''}:${index}`} className={eventClass(event.kind)}>
          <div className="row">
            <b className="num">{event.date}</b>
            <span className="chip">{t(`event.${event.kind}` as Key)}</span>
            <span>{event.title}</span>
          </div>
          <Change event={event} />
          <div className="faint" style={{ fontSize: 12 }}>
            {t('unit.learned', {
              source: text(event.source_title),
              at: time(knownAt(event)),
              seq: event.known_seq ?? '—',
            })}
          </div>
        </li>
      ))}
    </ol>
  );
}
