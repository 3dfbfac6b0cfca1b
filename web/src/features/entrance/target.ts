// Where somebody wanted to go before the login; kept while the browser is at the issuer of the single sign-on.
const place = 'minglu.target';

/** Only an address of our own may follow a login. */
export const safeTarget = (to: string | null) => (to && /^\/(?![/\\])/.test(to) ? to : '/');

export const keepTarget = (to: string | null) => sessionStorage.setItem(place, safeTarget(to));

export function takeTarget() {
  const to = sessionStorage.getItem(place);
  sessionStorage.removeItem(place);
  return safeTarget(to);
}
