// Conflicts that are alike: the same field, and the same source loses to the same source.
import { ApiError, call, type Schemas } from '../../api/client';

export type Conflict = Schemas['Conflict'];
export type Claim = Schemas['Claim'];

export interface Pattern {
  field: string;
  from: string;
  to: string;
}

export const conflictKey = (row: Conflict) => `${row.unit}:${row.field}`;
export const recordOf = (claim: Claim) => `${claim.source}:${claim.key}`;

export function patternOf(row: Conflict, chosen: Claim): Pattern | undefined {
  const holder = row.claims.find((claim) => claim.wins);
  return holder && holder.source !== chosen.source
    ? { field: row.field, from: holder.source, to: chosen.source }
    : undefined;
}

/** The claim to choose in `row` when it is alike. */
export function alikeClaim(row: Conflict, pattern: Pattern): Claim | undefined {
  if (row.field !== pattern.field || !row.claims.some((claim) => claim.wins && claim.source === pattern.from))
    return undefined;
  return row.claims.find((claim) => claim.source === pattern.to && !claim.wins && !claim.agrees);
}

const pageRows = 1000;

/** Every conflict that is alike, over all pages of the list. */
export async function findAlike(
  pattern: Pattern,
  district: string | undefined,
  signal: AbortSignal,
): Promise<Conflict[]> {
  const rows: Conflict[] = [];
  let cursor: string | undefined;
  do {
    const query = { field: pattern.field, district, limit: pageRows, cursor };
    const page = await call('list_conflicts', { query, signal });
    rows.push(...page.items.filter((row) => alikeClaim(row, pattern)));
    cursor = page.next || undefined;
  } while (cursor);
  return rows;
}

export interface Outcome {
  done: { seq: number; key: string }[];
  failed: { row: Conflict; error: ApiError }[];
}

/** Decides them one by one, so that each has its own reason, audit entry and undo. Stops when `signal` says so. */
export async function decideAlike(
  rows: Conflict[],
  pattern: Pattern,
  reason: string,
  signal: AbortSignal,
  progress: (outcome: Outcome) => void,
): Promise<Outcome> {
  const outcome: Outcome = { done: [], failed: [] };
  for (const row of rows) {
    const claim = alikeClaim(row, pattern);
    if (!claim) continue;
    if (signal.aborted) break;
    try {
      // Not aborted half way: a decision that was sent is waited for, so that the count is true.
      const receipt = await call('decide', {
        body: { kind: 'value', record: recordOf(claim), field: row.field, reason },
      });
      outcome.done.push({ seq: receipt.seq, key: conflictKey(row) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      outcome.failed.push({ row, error });
      if (error.problem.status === 401 || error.problem.code === 'network') break;
    }
    progress({ done: [...outcome.done], failed: [...outcome.failed] });
  }
  return outcome;
}
