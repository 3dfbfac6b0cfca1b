// Operations as queries and mutations. A query is known by operation and arguments, so a change of either asks anew.
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import { type Answer, type ApiError, type Args, type Op, call } from './client';

interface Options {
  enabled?: boolean;
  keep?: boolean;
  pollMs?: number | false;
  /** Query parameters of the first page only, such as counts that need no second answer. */
  firstPage?: Record<string, unknown>;
}

export function useOp<O extends Op>(
  op: O,
  args: Args<O>,
  options: Options = {},
): UseQueryResult<Answer<O>, ApiError> {
  return useQuery<Answer<O>, ApiError>({
    queryKey: [op, args],
    queryFn: ({ signal }) => call(op, { ...args, signal }),
    enabled: options.enabled ?? true,
    placeholderData: options.keep ? keepPreviousData : undefined,
    refetchInterval: options.pollMs,
  });
}

type Paged<O extends Op> = Answer<O> & { items: unknown[]; next?: string };

/** A list read page by page through its cursor. */
export function useList<O extends Op>(op: O, args: Args<O>, options: Options = {}) {
  const query = useInfiniteQuery({
    queryKey: [op, 'pages', args],
    queryFn: ({ pageParam, signal }) => {
      const given = (args as { query?: object }).query;
      const query = { ...given, ...(pageParam ? { cursor: pageParam } : options.firstPage) };
      const page = { ...args, query, signal };
      return call(op, page as unknown as Args<O>) as Promise<Paged<O>>;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Paged<O>) => last.next || undefined,
    enabled: options.enabled ?? true,
    placeholderData: options.keep ? keepPreviousData : undefined,
  });
  const pages = query.data?.pages ?? [];
  const items = pages.flatMap((page) => page.items) as Paged<O>['items'][number][];
  return { ...query, error: query.error as ApiError | null, first: pages[0] as Answer<O> | undefined, items };
}

/** A commit is durable at once and seen in lists a moment later; lists are then asked once more. */
const visibleAfterMs = 2500;
const isNotVisibleYet = (answer: unknown) => {
  const receipt = answer as { seq?: number; visible_seq?: number } | undefined;
  return receipt?.seq !== undefined && receipt.visible_seq !== undefined && receipt.visible_seq < receipt.seq;
};

/** An operation that changes something; afterwards the named lists are asked anew. */
export function useChange<O extends Op>(op: O, refresh: Op[] = []) {
  const client = useQueryClient();
  return useMutation<Answer<O>, ApiError, Args<O>>({
    mutationFn: (args) => call(op, args),
    onSuccess: (answer) => {
      const again = () => Promise.all(refresh.map((name) => client.invalidateQueries({ queryKey: [name] })));
      if (isNotVisibleYet(answer)) setTimeout(() => void again(), visibleAfterMs);
      return again();
    },
  });
}
