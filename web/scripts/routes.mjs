// Writes src/api/routes.ts: method and path of every operation of the contract, so that pages name operations only.
import { readFileSync, writeFileSync } from 'node:fs';

const yaml = readFileSync(new URL('../../api/openapi.yaml', import.meta.url), 'utf8');
const routes = [];
let path = '';
let method = '';
for (const line of yaml.split('\n')) {
  path = /^ {2}(\/\S*):$/.exec(line)?.[1] ?? path;
  method = /^ {4}(get|put|post|patch|delete):$/.exec(line)?.[1] ?? method;
  const id = /^ {6}operationId: (\w+)$/.exec(line)?.[1];
  if (id) routes.push(`  ${id}: ['${method.toUpperCase()}', '${path}'],`);
}
const text = `// Made by \`npm run generate\` from api/openapi.yaml; do not edit.
import type { operations } from './schema';

export const routes: Record<keyof operations, readonly [method: string, path: string]> = {
${routes.join('\n')}
};
`;
writeFileSync(new URL('../src/api/routes.ts', import.meta.url), text);
