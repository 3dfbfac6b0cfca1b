import { DeleteOutlined } from '@ant-design/icons';
import { App, Button, Input, Modal, Popover } from 'antd';
import { useState } from 'react';
import { useChange, useOp } from '../../api/hooks';
import { useT } from '../../i18n';
import { ProblemAlert } from '../../shared/problem_alert';
import { useMay } from '../../shared/session';
import { type SearchQuery, toStrings } from './query';

interface Props {
  query: SearchQuery;
  open: (query: Record<string, string>) => void;
}

function SaveDialog({ query, close }: { query: SearchQuery; close: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const save = useChange('put_saved_filter', ['saved_filters']);
  const [name, setName] = useState('');
  const submit = () =>
    save.mutate(
      { path: { name: name.trim() }, body: { query: toStrings(query) } },
      {
        onSuccess: () => {
          void message.success(t('search.saved'));
          close();
        },
      },
    );
  return (
    <Modal
      open
      title={t('search.save')}
      okText={t('form.save')}
      cancelText={t('form.cancel')}
      onCancel={close}
      onOk={submit}
      okButtonProps={{ disabled: !name.trim(), loading: save.isPending }}
    >
      {save.error && <ProblemAlert error={save.error} />}
      <label className="field">
        {t('search.filterName')}
        <Input
          value={name}
          maxLength={64}
          onChange={(event) => setName(event.target.value)}
          onPressEnter={submit}
          autoFocus
        />
      </label>
    </Modal>
  );
}

/** Filters that a person keeps by name. */
export function SavedFilters({ query, open }: Props) {
  const t = useT();
  const may = useMay();
  const filters = useOp('saved_filters', {}, { enabled: may('saved_filters') });
  const remove = useChange('delete_saved_filter', ['saved_filters']);
  const [saving, setSaving] = useState(false);
  const [shown, setShown] = useState(false);
  if (!may('saved_filters')) return null;
  const content = (
    <div style={{ minWidth: 220 }}>
      {filters.error && <ProblemAlert error={filters.error} />}
      {filters.data?.items.length === 0 && <p className="faint">{t('search.noFilters')}</p>}
      <ul>
        {filters.data?.items.map((filter) => (
          <li key={filter.name} className="row" style={{ flexWrap: 'nowrap' }}>
            <Button
              type="link"
              className="grow"
              style={{ justifyContent: 'flex-start' }}
              onClick={() => {
                open(filter.query);
                setShown(false);
              }}
            >
              {filter.name}
            </Button>
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={t('search.dropFilter', { name: filter.name })}
              onClick={() => remove.mutate({ path: { name: filter.name } })}
            />
          </li>
        ))}
      </ul>
      {may('put_saved_filter') && (
        <Button block onClick={() => setSaving(true)}>
          {t('search.save')}
        </Button>
      )}
    </div>
  );
  return (
    <>
      <Popover trigger="click" placement="bottomRight" content={content} open={shown} onOpenChange={setShown}>
        <Button>{t('search.filtersSaved')}</Button>
      </Popover>
      {saving && <SaveDialog query={query} close={() => setSaving(false)} />}
    </>
  );
}
