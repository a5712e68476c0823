// Runs the real binary: starts it, reads its first line, ends it.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(import.meta.dirname, '../..');
const READY_MS = 20_000;
const STOP_MS = 5_000;

function binary() {
  const named = process.env.VALETKEY_BIN;
  const places = named ? [resolve(named)] : ['release', 'debug'].map((profile) => join(ROOT, 'target', profile, 'valetkey'));
  const found = places.find((place) => existsSync(place));
  if (!found) throw new Error(`There is no binary at ${places.join(' or ')}: run cargo build --release.`);
  return found;
}

/** The environment without our own settings: they would be read as the product's configuration. */
const environment = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VALETKEY_')));

/** A running `valetkey` that has said it is ready; `info` is what it said. */
export class Program {
  #child;
  #ended;
  output = '';

  static async start(args, { cwd }) {
    const program = new Program();
    program.#child = spawn(binary(), args, { cwd, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    const { stdout, stderr } = program.#child;
    program.#ended = new Promise((ended) => {
      program.#child.once('exit', (code, signal) => ended({ code, signal }));
      program.#child.once('error', (error) => ended({ error }));
    });
    for (const stream of [stdout, stderr]) stream.on('data', (text) => (program.output += text));
    const line = await Promise.race([
      new Promise((read) => createInterface({ input: stdout }).once('line', read)),
      program.#ended.then(() => undefined),
      after(READY_MS),
    ]);
    try {
      program.info = JSON.parse(line);
    } catch {
      await program.kill();
      throw new Error(`valetkey ${args.join(' ')} did not say that it is ready:\n${program.output}`);
    }
    return program;
  }

  /** Asks it to end, which it must do within the promised time and without complaint. */
  async stop() {
    const asked = Date.now();
    this.#child.kill('SIGTERM');
    const end = await Promise.race([this.#ended, after(STOP_MS)]);
    if (!end) await this.kill();
    if (end?.code !== 0) {
      const how = end ? `ended with ${JSON.stringify(end)}` : `was still running ${STOP_MS} ms`;
      throw new Error(`valetkey ${how} after SIGTERM:\n${this.output}`);
    }
    return Date.now() - asked;
  }

  /** Ends it as a power cut would. */
  async kill() {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}

/** A demo with everything in one process, or with simulators that run elsewhere. */
export const startDemo = (data, { port = 0, simUrl } = {}) =>
  Program.start(
    ['demo', '--json', '--port', String(port), '--data', data, ...(simUrl ? ['--sim-url', simUrl] : [])],
    { cwd: data },
  );

export const startSimulators = (cwd) => Program.start(['sim', '--json', '--listen', '127.0.0.1:0'], { cwd });

/** Gives a new folder to `use` and removes it afterwards. */
export async function withFolder(use) {
  const folder = await mkdtemp(join(tmpdir(), 'valetkey-e2e-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where the system gives no port to anybody by itself (it does from 32768 up), and test databases take none. */
const OURS = { from: 10_000, to: 20_000 };

const isFree = (port) =>
  new Promise((found) => {
    const server = createServer().once('error', () => found(false));
    server.listen(port, 'localhost', () => server.close(() => found(true)));
  });

/** A port that nobody uses now, and that nobody else gets before it is used. */
export async function freePort() {
  for (;;) {
    const port = randomInt(OURS.from, OURS.to);
    if (await isFree(port)) return port;
  }
}

const after = (ms) => new Promise((passed) => setTimeout(passed, ms).unref());
