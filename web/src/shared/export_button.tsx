import { App, Button, Form, Modal } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import type { Schemas } from '../api/client';
import { useChange } from '../api/hooks';
import { useT } from '../i18n';
import { ExportFields } from './form_fields';
import { ProblemAlert } from './problem_alert';
import { useMay } from './session';

type Draft = Schemas['ExportRequest'];

/** Writes the list on the screen, with its filter, to a file; the file waits in the exports centre. */
export function ExportButton({ list, query }: { list: Draft['list']; query?: Record<string, string> }) {
  const t = useT();
  const may = useMay();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const start = useChange('start_export', ['list_exports']);
  const [open, setOpen] = useState(false);
  if (!may('start_export')) return null;
  const submit = ({ format, reason }: { format: 'csv' | 'xlsx'; reason?: string }) =>
    start.mutate(
      { body: { list, format, ...(query ? { query } : {}), ...(reason?.trim() ? { reason: reason.trim() } : {}) } },
      {
        onSuccess: (job) => {
          setOpen(false);
          void message.success(t('exports.started'));
          navigate(`/exports?job=${encodeURIComponent(job.id)}`);
        },
      },
    );
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('exports.export')}</Button>
      {open && (
        <Modal open title={t('exports.export')} onCancel={() => setOpen(false)} footer={null}>
          <Form layout="vertical" onFinish={submit} initialValues={{ format: 'xlsx' }}>
            {start.error && <ProblemAlert error={start.error} />}
            <ExportFields />
            <Button type="primary" htmlType="submit" loading={start.isPending}>
              {t('exports.export')}
            </Button>
          </Form>
        </Modal>
      )}
    </>
  );
}
