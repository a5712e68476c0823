// The process dies without warning; the work goes on with the same folder and is done once.
import { Client } from '../support/client.js';
import { freePort } from '../support/program.js';
import { inShort, NORTHWIND_PORTFOLIO, Simulator } from '../support/simulator.js';
import { expect, test } from '../support/test.js';

const SLOW_MS = 150;

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
    await page.goto(progress);
    await client.receipt();
    for (const id of chosen) await expect(client.line(id)).toHaveAttribute('data-state', 'active');
    const wanted = chosen.map((id) => `grant ${id} for ${NORTHWIND_PORTFOLIO}`).sort();
    expect(inShort(await simulator.ledger())).toEqual(wanted);

    await second.stop();
    await simulators.stop();
  });
}
