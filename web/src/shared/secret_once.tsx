import { CopyOutlined } from '@ant-design/icons';
import { Alert, App, Button, Modal } from 'antd';
import { useT } from '../i18n';

interface Props {
  title: string;
  secret: string;
  hint: string;
  close: () => void;
}

/** Something that is shown once: it must be copied now. */
export function SecretOnce({ title, secret, hint, close }: Props) {
  const t = useT();
  const { message } = App.useApp();
  const copy = () =>
    navigator.clipboard
      ?.writeText(secret)
      .then(() => void message.success(t('form.copied')))
      .catch(() => undefined);
  return (
    <Modal
      open
      title={title}
      maskClosable={false}
      onCancel={close}
      footer={
        <Button type="primary" onClick={close}>
          {t('form.close')}
        </Button>
      }
    >
      <div className="stack">
        <Alert type="warning" showIcon message={hint} />
        <div className="secret" data-testid="secret">
          {secret}
        </div>
        <Button icon={<CopyOutlined />} onClick={() => void copy()}>
          {t('form.copy')}
        </Button>
      </div>
    </Modal>
  );
}
