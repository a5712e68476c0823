// Playwright's test with our fixtures: a demo of its own for every test, and pages that are looked at.
import { test as base, expect } from '@playwright/test';
import { lookAt } from './look.js';
import { startDemo, startSimulators, withFolder } from './program.js';
import { Simulator } from './simulator.js';

export { expect };

export const test = base.extend({
  /** A folder, and programs started in it that may be killed and started again. */
  machine: async ({}, use) => {
    await withFolder(async (data) => {
      const programs = [];
      const keep = async (starting) => {
        const program = await starting;
        programs.push(program);
        return program;
      };
      await use({
        demo: (options) => keep(startDemo(data, options)),
        simulators: () => keep(startSimulators(data)),
      });
      await Promise.all(programs.map((program) => program.kill()));
    });
  },

  /** The demo: what it said when ready (`info`), its data folder, its simulators, its output. */
  demo: async ({}, use) => {
    await withFolder(async (data) => {
      const program = await startDemo(data);
      await use({ program, data, info: program.info, simulator: new Simulator(program.info.sim_url) });
      await program.stop();
    });
  },

  /** `look(name)`: photographs the page, light and dark, and examines it. */
  look: async ({ page, javaScriptEnabled }, use, testInfo) => {
    await use((name) => lookAt(page, name, { javaScriptEnabled, testInfo }));
  },

  /** No script fails, and nothing runs into the content security policy. */
  complaints: [
    async ({ page }, use) => {
      const complaints = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        if (message.text().includes('Content Security Policy')) complaints.push(message.text());
      });
      await use(complaints);
      expect(complaints, 'complaints in the browser console').toEqual([]);
    },
    { auto: true },
  ],
});
