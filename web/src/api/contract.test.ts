// @vitest-environment node
// The committed types are those of the contract: run `npm run generate` when this fails.
import { readFileSync } from 'node:fs';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { expect, it } from 'vitest';
import { routes } from './routes';

const contract = new URL('../../../api/openapi.yaml', import.meta.url);

it('schema.ts is made of the contract as it is', async () => {
  const made = COMMENT_HEADER + astToString(await openapiTS(contract));
  expect(readFileSync(new URL('schema.ts', import.meta.url), 'utf8').trim()).toBe(made.trim());
});

it('routes.ts knows every operation of the contract, and no other', () => {
  const ids = [...readFileSync(contract, 'utf8').matchAll(/^ {6}operationId: (\w+)$/gm)].map((match) => match[1]);
  expect(Object.keys(routes)).toEqual(ids);
});
