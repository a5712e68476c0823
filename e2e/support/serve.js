// A production server on this machine: its own folder, a key, no agency yet.
import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { freePort } from './program.js';

const ROOT = resolve(import.meta.dirname, '../..');
const READY_MS = 20_000;

function binary() {
  const named = process.env.VALETKEY_BIN;
  const places = named ? [resolve(named)] : ['release', 'debug'].map((profile) => join(ROOT, 'target', profile, 'valetkey'));
  return places.find((place) => existsSync(place));
}

/** Starts `valetkey serve` in the folder; answers its address, and the set-up code that it printed. */
export async function startServer(folder) {
  const port = await freePort();
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VALETKEY_')));
  execFileSync(binary(), ['key', 'new', join(folder, 'master.key')], { env });
  const config = join(folder, 'valetkey.toml');
  await writeFile(
    config,
    `public_url = 'http://localhost:${port}'\nlisten = '127.0.0.1:${port}'\ndatabase_url = 'sqlite:${join(folder, 'valetkey.db')}'\nmaster_key_file = '${join(folder, 'master.key')}'\n`,
  );
  const child = spawn(binary(), ['serve', '--config', config], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].on('data', (text) => (said[name] += text));
  const began = Date.now();
  while (!/[0-9A-Z]{4}(-[0-9A-Z]{4}){4}/.test(said.stderr)) {
    if (Date.now() - began > READY_MS) throw new Error(`valetkey serve printed no set-up code:\n${said.stdout}${said.stderr}`);
    await new Promise((passed) => setTimeout(passed, 50));
  }
  const [code] = said.stderr.match(/[0-9A-Z]{4}(-[0-9A-Z]{4}){4}/);
  return {
    url: `http://localhost:${port}`,
    code,
    said,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
