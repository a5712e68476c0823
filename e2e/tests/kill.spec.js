// The process dies without warning; the work goes on with the same folder and is done once.
import { Client } from '../support/client.js';
import { freePort } from '../support/program.js';
import { inShort, NORTHWIND_PORTFOLIO, Simulator } from '../support/simulator.js';
import { expect, test } from '../support/test.js';

const SLOW_MS = 150;

/** The only process of a database acts again two seconds after its start where a call was cut off, and then reads. */
const CUT_OFF = { timeout: 15_000 };

/** Milliseconds between the acknowledged approval and the kill: nothing done yet, in the middle, nearly done. */
for (const wait of [0, 200, 500, 900]) {
  test(`killed ${wait} ms after the approval, every grant is made exactly once`, async ({ page, machine }) => {
    const simulators = await machine.simulators();
    const simulator = new Simulator(simulators.info.sim_url);
    const options = { port: await freePort(), simUrl: simulator.url };
    const first = await machine.demo(options);

    const client = new Client(page, first);
    await client.open();
    await client.logIn('olivia');
    await client.allow();
    const chosen = await client.pick();
    await client.review();
    await simulator.latency(SLOW_MS);
    const progress = await client.approve();
    await new Promise((passed) => setTimeout(passed, wait));
    await first.kill();

    const second = await machine.demo(options);
    await client.follow(progress);
    await client.receipt(CUT_OFF);
    for (const id of chosen) await expect(client.line(id)).toHaveAttribute('data-state', 'active');
    const wanted = chosen.map((id) => `grant ${id} for ${NORTHWIND_PORTFOLIO}`).sort();
    expect(inShort(await simulator.ledger())).toEqual(wanted);

    await second.stop();
    await simulators.stop();
  });
}

/** The same with everything in one process: what the platforms know must outlive it as well. */
for (const { wait, latency } of [{ wait: 0, latency: 0 }, { wait: 0, latency: SLOW_MS }, { wait: 500, latency: SLOW_MS }]) {
  const when = `${wait} ms after the approval, with platforms ${latency} ms away`;
  test(`a whole demo killed ${when}, goes on in the same browser`, async ({ page, machine }) => {
    const options = { port: await freePort() };
    const first = await machine.demo(options);
    const simulator = new Simulator(first.info.sim_url);

    const client = new Client(page, first);
    await client.open();
    await client.logIn('olivia');
    await client.allow();
    const chosen = await client.pick();
    await client.review();
    if (latency) await simulator.latency(latency);
    const progress = await client.approve();
    await new Promise((passed) => setTimeout(passed, wait));
    await first.kill();

    const second = await machine.demo(options);
    expect(second.info.sim_url, 'the platforms are where they were').toBe(first.info.sim_url);
    await client.follow(progress);
    await client.receipt(CUT_OFF);
    for (const id of chosen) await expect(client.line(id)).toHaveAttribute('data-state', 'active');
    const wanted = chosen.map((id) => `grant ${id} for ${NORTHWIND_PORTFOLIO}`).sort();
    expect(inShort(await simulator.ledger())).toEqual(wanted);
    await second.stop();
  });
}

test('a whole demo killed at the consent page finishes the sign-in in the same tab', async ({ page, machine }) => {
  const options = { port: await freePort() };
  const first = await machine.demo(options);
  const client = new Client(page, first);
  await client.open();
  await client.logIn('olivia');
  await first.kill();

  const second = await machine.demo(options);
  await client.allow();
  const chosen = await client.pick();
  await client.review();
  await client.approve();
  await client.receipt(CUT_OFF);
  expect(await new Simulator(second.info.sim_url).ledger()).toHaveLength(chosen.length);
  await second.stop();
});
