// Small assertions that say what was found.
export function equal(found, wanted, what) {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new Error(`${what}: found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`);
  }
}

export function truth(value, what) {
  if (!value) throw new Error(what);
}

/** Asks until the function gives something true; for what follows an action a moment later. */
export async function eventually(ask, what, tries = 60) {
  for (let i = 0; i < tries; i += 1) {
    const value = await ask();
    if (value) return value;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`never happened: ${what}`);
}

export const texts = (page, selector) => page.locator(selector).allInnerTexts();
