// The conflict desk: fields that sources state differently, and a person's word on which one holds.
import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { useList } from '../../api/hooks';
import { useT } from '../../i18n';
import { DeskList, KeyHint, useCurrent, useDecisions } from '../../shared/desk';
import { DistrictSelect } from '../../shared/district_select';
import { ExportButton } from '../../shared/export_button';
import { useFilterParams } from '../../shared/filter_params';
import { FieldSelect } from '../../shared/field_select';
import { count } from '../../shared/format';
import { useKeys } from '../../shared/keys';
import { PageHead } from '../../shared/page';
import { Empty } from '../../shared/states';
import { conflictKey } from './alike';
import { AlikeDialog, type AlikeAsk } from './alike_dialog';
import { Detail } from './detail';

type Conflict = Schemas['Conflict'];

function useConflicts() {
  const [params, set] = useFilterParams();
  const query = { field: params.get('field') ?? undefined, district: params.get('district') ?? undefined };
  const list = useList('list_conflicts', { query }, { keep: true });
  return { query, list, set };
}

function Entry({ row }: { row: Conflict }) {
  const t = useT();
  return (
    <>
      <div>{row.name}</div>
      <div className="sub">
        <span>{row.field_title}</span>
        <span>{t('conflicts.sources', { n: row.claims.length })}</span>
      </div>
    </>
  );
}

function Hints({ undoable }: { undoable: number }) {
  const t = useT();
  return (
    <div className="keys">
      <KeyHint keys={['J', 'K']}>{t('keys.move')}</KeyHint>
      <KeyHint keys={['1', '9']}>{t('keys.choose')}</KeyHint>
      <KeyHint keys={['Enter']}>{t('keys.decide')}</KeyHint>
      <KeyHint keys={['U']}>{t('keys.undo', { n: undoable })}</KeyHint>
    </div>
  );
}

export default function Conflicts() {
  const t = useT();
  const { query, list, set } = useConflicts();
  const decisions = useDecisions(['list_conflicts']);
  const [bulk, setBulk] = useState<string[]>([]);
  // The dialog stands here and not in the entry, because the entry leaves the list while the dialog decides.
  const [alike, setAlike] = useState<AlikeAsk>();
  const gone = new Set([...decisions.done.map((one) => one.key), ...bulk]);
  const rows = list.items.filter((row) => !gone.has(conflictKey(row)));
  const [current, choose, move] = useCurrent(rows.length);
  const row = rows[current];
  useKeys({ j: () => move(1), k: () => move(-1), u: decisions.undoLast });
  return (
    <>
      <PageHead
        title={t('nav.conflicts')}
        hint={list.first && t('conflicts.total', { n: count(list.first.total) })}
        extra={
          <>
            <FieldSelect
              fields={list.first?.by_field ?? []}
              value={query.field}
              change={(value) => set('field', value)}
            />
            <DistrictSelect value={query.district} change={(value) => set('district', value)} />
            <ExportButton list="conflicts" />
          </>
        }
      />
      <div className="desk">
        <section className="panel">
          <DeskList<Conflict>
            list={list}
            rows={rows}
            current={current}
            choose={choose}
            rowKey={conflictKey}
            label={t('nav.conflicts')}
            empty={t('conflicts.none')}
          >
            {(one) => <Entry row={one} />}
          </DeskList>
        </section>
        <div className="stack">
          {row ? (
            <Detail key={conflictKey(row)} row={row} decisions={decisions} askAlike={setAlike} />
          ) : (
            !list.error &&
            !list.isPending && (
              <section className="panel">
                <Empty title={t('conflicts.allDone')} />
              </section>
            )
          )}
          <Hints undoable={decisions.done.length} />
        </div>
      </div>
      {alike && (
        <AlikeDialog
          {...alike}
          district={query.district}
          close={(outcome) => {
            setAlike(undefined);
            setBulk((before) => [...before, ...outcome.done.map((one) => one.key)]);
          }}
        />
      )}
    </>
  );
}
