/** Tone of a feed's lag: most feeds come monthly, so three weeks are usual and a month and a half is late. */
export const lagClass = (days: number | undefined): string =>
  days === undefined ? '' : days > 45 ? 'bad' : days > 31 ? 'warn' : 'good';
