// Who is logged in and what they may do. Everything that needs an operation asks `useMay` before it shows itself.
import { createContext, type ReactNode, useContext } from 'react';
import type { Op, Schemas } from '../api/client';

export type Me = Schemas['Me'];

const Context = createContext<Me | null>(null);

export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <Context.Provider value={me}>{children}</Context.Provider>;
}

export function useMe(): Me {
  const me = useContext(Context);
  if (!me) throw new Error('useMe outside of a session');
  return me;
}

export function useMay(): (op: Op) => boolean {
  const { operations } = useMe();
  return (op) => operations.includes(op);
}
