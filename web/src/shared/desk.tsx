// What the two desks share: a list at the left, the current entry at the right, keys to move, and a stack of undo.
import { App, Button } from 'antd';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import type { ApiError, Op, Schemas } from '../api/client';
import { useChange } from '../api/hooks';
import { useT } from '../i18n';
import { Empty, Failed, Loading } from './states';

interface Pages {
  error: ApiError | null;
  isPending: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
}

interface ListProps<Row> {
  list: Pages;
  rows: Row[];
  current: number;
  choose: (index: number) => void;
  rowKey: (row: Row) => string;
  label: string;
  empty: string;
  children: (row: Row) => ReactNode;
}

export function DeskList<Row>({ list, rows, current, choose, rowKey, label, empty, children }: ListProps<Row>) {
  const t = useT();
  const here = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // In braces: newer browsers answer a promise here, which is no clean-up of an effect.
    here.current?.scrollIntoView({ block: 'nearest' });
  }, [current, rows.length]);
  if (list.error && rows.length === 0) return <Failed error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <Loading />;
  if (rows.length === 0) return <Empty title={empty} />;
  return (
    <div className="desk-list" role="region" aria-label={label} tabIndex={0}>
      {rows.map((row, index) => (
        <button
          key={rowKey(row)}
          ref={index === current ? here : undefined}
          type="button"
          className={index === current ? 'entry current' : 'entry'}
          aria-current={index === current}
          onClick={() => choose(index)}
        >
          {children(row)}
        </button>
      ))}
      {list.hasNextPage && (
        <Button type="link" block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('list.more')}
        </Button>
      )}
    </div>
  );
}

/** Which entry is current; stays inside the list as entries leave it. */
export function useCurrent(length: number): [number, (index: number) => void, (step: number) => void] {
  const [index, setIndex] = useState(0);
  const inside = Math.max(0, Math.min(index, length - 1));
  const move = useCallback(
    (step: number) => setIndex(Math.max(0, Math.min(inside + step, length - 1))),
    [inside, length],
  );
  return [inside, setIndex, move];
}

export interface Done {
  seq: number;
  key: string;
}

/** Decides and takes back; what is decided leaves the list at once, before the server's list follows. */
export function useDecisions(refresh: Op[]) {
  const t = useT();
  const { message } = App.useApp();
  const lists: Op[] = [...refresh, 'overview', 'list_decisions', 'get_unit'];
  const decide = useChange('decide', lists);
  const undo = useChange('undo_decision', lists);
  const [done, setDone] = useState<Done[]>([]);
  const run = (key: string, body: Schemas['Decision']) =>
    decide.mutateAsync({ body }).then((receipt) => {
      setDone((before) => [...before, { seq: receipt.seq, key }]);
      return receipt;
    });
  const undoLast = () => {
    const last = done[done.length - 1];
    if (!last || undo.isPending) return;
    undo.mutate(
      { path: { seq: last.seq }, body: { reason: t('decide.undoReason') } },
      {
        onSuccess: () => {
          setDone((before) => before.filter((one) => one.seq !== last.seq));
          void message.success(t('decide.undone', { seq: last.seq }));
        },
        onError: (error) => void message.error(error.problem.title || t('state.network')),
      },
    );
  };
  return { run, undoLast, done, decide, undo };
}

export function KeyHint({ keys, children }: { keys: string[]; children: ReactNode }) {
  return (
    <span>
      {keys.map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}{' '}
      {children}
    </span>
  );
}
