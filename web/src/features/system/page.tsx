// Versions, hashes, lag, disk and memory.
import { Button } from 'antd';
import type { ReactNode } from 'react';
import type { Schemas } from '../../api/client';
import { useOp } from '../../api/hooks';
import { useI18n, useT } from '../../i18n';
import { useActive } from '../../shared/active';
import { bytes, count, duration, text, time } from '../../shared/format';
import { PageHead, Panel } from '../../shared/page';
import { Answered } from '../../shared/states';

const mib = 1024 * 1024;
const inMib = (value: number | undefined) => bytes(value === undefined ? undefined : value * mib);

function Lines({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <table className="plain">
      <tbody>
        {rows.map(([label, value]) => (
          <tr key={label}>
            <th scope="row" style={{ width: 180 }}>
              {label}
            </th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Status({ status }: { status: Schemas['SystemStatus'] }) {
  const { t, lang } = useI18n();
  const behind = status.seq - status.visible_seq;
  return (
    <div className="even-2">
      <Panel title={t('system.running')}>
        <Lines
          rows={[
            [t('system.version'), <span className="mono">{status.version}</span>],
            [t('system.catalog'), text(status.catalog)],
            [t('system.started'), time(status.started_at)],
            [t('system.uptime'), duration(status.uptime_s, lang)],
            [t('system.memory'), inMib(status.memory_mib)],
            [t('system.disk'), inMib(status.disk_free_mib)],
          ]}
        />
      </Panel>
      <Panel title={t('system.data')}>
        <Lines
          rows={[
            [t('system.ledger'), text(status.ledger)],
            [t('system.seq'), <span className="num">{count(status.seq)}</span>],
            [
              t('system.visible'),
              <span className="row">
                <span className="num">{count(status.visible_seq)}</span>
                <span className={`chip ${behind ? 'warn' : 'good'}`}>
                  {behind ? t('work.behind', { n: count(behind) }) : t('system.current')}
                </span>
              </span>,
            ],
            [t('system.state'), <span className="mono wrap">{status.state_hash}</span>],
            [t('system.history'), <span className="mono wrap">{status.history_hash}</span>],
          ]}
        />
      </Panel>
    </div>
  );
}

export default function System() {
  const t = useT();
  const active = useActive();
  const status = useOp('status', {}, { pollMs: active && 15_000 });
  return (
    <>
      <PageHead
        title={t('nav.system')}
        extra={<Button onClick={() => void status.refetch()}>{t('list.refresh')}</Button>}
      />
      <Answered query={status}>{(data) => <Status status={data} />}</Answered>
    </>
  );
}
