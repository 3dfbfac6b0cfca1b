// A list of the interface as a table: loading, empty and failed states, and "show more" through the cursor.
import { Button, Table, type TableProps } from 'antd';
import type { ReactNode } from 'react';
import type { ApiError } from '../api/client';
import { useT } from '../i18n';
import { count } from './format';
import { Empty, Failed, Loading } from './states';

interface Pages<Row> {
  items: Row[];
  error: ApiError | null;
  isPending: boolean;
  isFetching: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
}

interface Props<Row> {
  list: Pages<Row>;
  columns: TableProps<Row>['columns'];
  rowKey: (row: Row) => string;
  total?: number;
  empty?: ReactNode;
  label: string;
  width?: number;
  expandable?: TableProps<Row>['expandable'];
}

export function MoreRow<Row>({ list, total }: { list: Pages<Row>; total?: number }) {
  const t = useT();
  const known = total === undefined ? t('list.shown', { n: count(list.items.length) }) : '';
  const of = total === undefined ? '' : t('list.shownOf', { n: count(list.items.length), total: count(total) });
  return (
    <div className="more">
      <span className="num">{known || of}</span>
      {total !== undefined && !list.hasNextPage && list.items.length < total && <span>{t('list.capped')}</span>}
      {list.hasNextPage && (
        <Button size="small" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('list.more')}
        </Button>
      )}
    </div>
  );
}

export function ListTable<Row extends object>(props: Props<Row>) {
  const { list } = props;
  if (list.error && list.items.length === 0) return <Failed error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <Loading />;
  if (list.items.length === 0) return <>{props.empty ?? <Empty />}</>;
  return (
    <>
      <div className="table-scroll" tabIndex={0} role="region" aria-label={props.label}>
        <Table<Row>
          size="small"
          pagination={false}
          columns={props.columns}
          dataSource={list.items}
          rowKey={props.rowKey}
          expandable={props.expandable}
          style={{ minWidth: props.width }}
        />
      </div>
      {list.error && <Failed error={list.error} retry={() => void list.fetchNextPage()} />}
      <MoreRow list={list} total={props.total} />
    </>
  );
}
