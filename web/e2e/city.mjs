// A register of an invented city behind the real program, for the tests of real.mjs: feeds, home and server in a scratch
// folder, on a free port of this machine. One feed is held back, with three rows spoilt, to be taken in by a person.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = process.env.MINGLU ?? new URL('../../build/release/bin/minglu', import.meta.url).pathname;
const units = 2000;
const periods = 15;
const seed = 7;
const spoiltRows = 3;

/** Runs the program and answers what it wrote. */
export const minglu = (...args) =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** The last social-security file, with the account numbers of its last rows gone: such rows cannot be taken in. */
function holdBack(feeds, folder) {
  const name = 'hrss_2025-03.csv';
  renameSync(join(feeds, 'hrss', name), join(folder, name));
  const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
  const spoilt = lines.map((line, at) => (at >= lines.length - spoiltRows ? line.replace(/^[^,]*/, '') : line));
  writeFileSync(join(folder, name), `${spoilt.join('\n')}\n`);
  return { path: join(folder, name), source: 'hrss', rows: lines.length - 1, rejected: spoiltRows };
}

/** Rows of a truth file as objects; its cells hold neither commas nor quotes that matter here. */
function table(path) {
  const [head, ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const names = head.split(',');
  return rows.map((row) => Object.fromEntries(row.split(',').map((cell, at) => [names[at], cell])));
}

function startServing(home) {
  const child = spawn(program, ['--home', home, 'serve', '--port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  return new Promise((ready, failed) => {
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
      const base = /(http:\/\/127\.0\.0\.1:\d+)\//.exec(said)?.[1];
      if (base && said.includes('Ctrl-C')) ready({ child, base, link: /http\S+token=\S+/.exec(said)?.[0] });
    });
    child.once('exit', (code) => failed(new Error(`the server ended with ${code}: ${said}`)));
  });
}

/** The city, its server and the one-time link; `stop` ends the server and removes everything. */
export async function startCity() {
  const folder = mkdtempSync(join(tmpdir(), 'minglu-city-'));
  const [city, home] = [join(folder, 'city'), join(folder, 'home')];
  mkdirSync(home);
  minglu('synth', '--units', String(units), '--periods', String(periods), '--seed', String(seed), '--out', city);
  const held = holdBack(join(city, 'feeds'), folder);
  minglu('--home', home, '--quiet', 'ingest', '--all', join(city, 'feeds'));
  const { child, base, link } = await startServing(home);
  const ended = new Promise((done) => child.once('exit', done));
  return {
    base,
    link,
    held,
    folder,
    events: table(join(city, 'truth_events.csv')),
    truth: table(join(city, 'truth_units.csv')),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
