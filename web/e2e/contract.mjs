// Compares answers with the contract: every answer that a page of a browser test gets, of the mock and of the server, must
// have the shape that api/openapi.yaml gives for its operation and status.
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';

const contract = load(readFileSync(new URL('../../api/openapi.yaml', import.meta.url), 'utf8'));
const follow = (node) =>
  node?.$ref
    ? node.$ref
        .slice(2)
        .split('/')
        .reduce((at, name) => at[name], contract)
    : node;

const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    id: operation.operationId,
    method: method.toUpperCase(),
    pattern: new RegExp(`^/api/v1${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+?')}$`),
    responses: operation.responses,
  })),
);

const typeOf = (value) => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
};
const isOfType = (value, type) => typeOf(value) === type || (type === 'number' && typeof value === 'number');

/** What is wrong with a value by the part of JSON Schema that the contract uses, one line each. */
function faults(value, given, at) {
  const schema = follow(given);
  const types = [schema.type ?? []].flat();
  if (types.length && !types.some((type) => isOfType(value, type)))
    return [`${at} is ${typeOf(value)}, not ${types.join(' or ')}`];
  if (schema.enum && !schema.enum.includes(value))
    return [`${at} is "${value}", not one of ${schema.enum.join(', ')}`];
  if (Array.isArray(value)) return value.flatMap((item, index) => faults(item, schema.items ?? {}, `${at}/${index}`));
  if (typeOf(value) !== 'object') return [];
  const absent = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${at} has no ${name}`);
  const known = schema.properties ?? {};
  const others = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
  const inside = Object.entries(value).flatMap(([name, item]) => {
    if (known[name] ?? others) return faults(item, known[name] ?? others, `${at}/${name}`);
    return schema.properties ? [`${at}/${name} is not in the contract`] : [];
  });
  return [...absent, ...inside];
}

/** Lines that say how an answer differs from the contract; empty when it does not. */
export function breaches({ method, path, status, type, body }) {
  const operation = operations.find((one) => one.method === method && one.pattern.test(path));
  if (!operation) return [`${method} ${path} is no operation of the contract`];
  const response = follow(operation.responses[String(status)]);
  // 5xx are what a failing server answers; the contract does not promise them.
  if (!response) return status >= 500 ? [] : [`${operation.id} answers ${status}, which the contract does not name`];
  const content = response.content?.[type];
  if (!content) return body === '' || !response.content ? [] : [`${operation.id} answers ${status} as ${type}`];
  if (!/json$/.test(type)) return [];
  return faults(JSON.parse(body), content.schema, '').map((line) => `${operation.id} ${status}: ${line}`);
}
