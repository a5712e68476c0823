// JOBS pieces of work in six durable steps, CONCURRENCY at once. Prints {"seconds"}.
const { Pool } = require('pg');
const { run, runMigrations, Logger } = require('graphile-worker');
const { schema, work, finished } = require('../steps.js');

const [jobs, concurrency, bytes] = ['JOBS', 'CONCURRENCY', 'BYTES'].map((name) => Number(process.env[name]));
const logger = new Logger(() => () => {});

async function main() {
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: concurrency + 4 });
  const data = 'x'.repeat(bytes);
  await runMigrations({ pgPool: pool, logger });
  await pool.query(schema);
  await pool.query(
    "SELECT graphile_worker.add_job('work', json_build_object('id', n)) FROM generate_series(1, $1::int) n", [jobs],
  );
  await pool.query('VACUUM ANALYZE');
  const start = process.hrtime.bigint();
  const runner = await run({
    pgPool: pool, logger, concurrency, noHandleSignals: true, pollInterval: 100,
    taskList: { work: ({ id }) => work(pool, id, data) },
  });
  await finished(pool, jobs, 'SELECT COUNT(*)::int AS n FROM graphile_worker.jobs');
  console.log(JSON.stringify({ seconds: Number(process.hrtime.bigint() - start) / 1e9 }));
  await runner.stop();
  await pool.end();
}

main();
