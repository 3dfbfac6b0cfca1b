// Fields that several dialogs ask: why something is done, and how an export is written.
import { Form, Input, Radio } from 'antd';
import { useT } from '../i18n';

/** A reason that must be given; it is kept in the audit trail. */
export function ReasonField({ rows = 2 }: { rows?: number }) {
  const t = useT();
  return (
    <Form.Item
      name="reason"
      label={t('form.reason')}
      rules={[{ required: true, whitespace: true, message: t('form.required') }]}
    >
      <Input.TextArea rows={rows} maxLength={500} autoFocus />
    </Form.Item>
  );
}

/** The format of an export, and a reason for those who want to give one. */
export function ExportFields() {
  const t = useT();
  return (
    <>
      <Form.Item name="format" label={t('exports.format')}>
        <Radio.Group
          options={[
            { value: 'xlsx', label: 'XLSX' },
            { value: 'csv', label: 'CSV' },
          ]}
        />
      </Form.Item>
      <Form.Item name="reason" label={t('exports.reason')}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </>
  );
}
