// Filters of a list live in the address, so that a list can be sent to a colleague and the back button works.
import { useSearchParams } from 'react-router-dom';

/** The parameters, and a setter of one of them; an empty value takes it away. */
export function useFilterParams() {
  const [params, setParams] = useSearchParams();
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value) next.set(name, value);
    else next.delete(name);
    setParams(next);
  };
  return [params, set] as const;
}
