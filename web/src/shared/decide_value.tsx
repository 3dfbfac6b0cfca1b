import { App, Button, Form, Modal } from 'antd';
import { useState } from 'react';
import { useChange } from '../api/hooks';
import { useT } from '../i18n';
import { ReasonField } from './form_fields';
import { ProblemAlert } from './problem_alert';

interface Props {
  record: string;
  field: string;
  title: string;
  value: string;
}

/** "This value holds": a decision with its reason, from the page of a unit. */
export function DecideValue({ record, field, title, value }: Props) {
  const t = useT();
  const { message } = App.useApp();
  const decide = useChange('decide', [
    'get_unit',
    'get_unit_history',
    'list_conflicts',
    'overview',
    'list_decisions',
  ]);
  const [open, setOpen] = useState(false);
  const submit = ({ reason }: { reason: string }) =>
    decide.mutate(
      { body: { kind: 'value', record, field, reason: reason.trim() } },
      {
        onSuccess: (receipt) => {
          setOpen(false);
          void message.success(t('decide.done', { seq: receipt.seq }));
        },
      },
    );
  return (
    <>
      <Button size="small" style={{ marginTop: 6 }} onClick={() => setOpen(true)}>
        {t('decide.holds')}
      </Button>
      {open && (
        <Modal open title={t('decide.holdsTitle', { field: title })} footer={null} onCancel={() => setOpen(false)}>
          <Form layout="vertical" onFinish={submit}>
            {decide.error && <ProblemAlert error={decide.error} />}
            <p style={{ marginBottom: 10 }}>
              <b>{value}</b> <span className="mono faint">{record}</span>
            </p>
            <ReasonField />
            <Button type="primary" htmlType="submit" loading={decide.isPending}>
              {t('decide.go')}
            </Button>
          </Form>
        </Modal>
      )}
    </>
  );
}
