import { useEffect, useRef } from 'react';

/** Single keys as commands of a page; silent while a person types, chooses in a box, or a dialog is open. */
export function useKeys(commands: Record<string, () => void>): void {
  const latest = useRef(commands);
  latest.current = commands;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const typing = target.closest(
        'input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]',
      );
      if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('.ant-modal')) return;
      // Enter on a button or link is that button's.
      if (event.key === 'Enter' && target.closest('button, a')) return;
      const command = latest.current[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!command) return;
      event.preventDefault();
      command();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}
