import { useEffect, useState } from 'react';

const idleMs = 5 * 60_000;

/** Whether somebody has touched the page lately. Pages refresh themselves only then, so that an empty chair's session
 * ends when the server says it should. */
export function useActive(): boolean {
  const [active, setActive] = useState(true);
  useEffect(() => {
    let timer = setTimeout(() => setActive(false), idleMs);
    const touched = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setActive(false), idleMs);
      setActive(true);
    };
    const events = ['pointerdown', 'keydown', 'wheel'] as const;
    for (const event of events) window.addEventListener(event, touched, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const event of events) window.removeEventListener(event, touched);
    };
  }, []);
  return active;
}
