// Three variants look at the pages; what does not depend on looks runs once.
import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

// The shell is Chromium without its own windows, tabs and menus: the same engine, and a fifth less to compute.
const PLACES = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
const CHROMIUM = process.env.CHROMIUM ?? PLACES.find((place) => existsSync(place)) ?? PLACES.at(-1);
if (!existsSync(CHROMIUM)) throw new Error(`There is no Chromium at ${CHROMIUM}: run script/setup, or set CHROMIUM.`);

const PHONE = { viewport: { width: 360, height: 740 } };
const DESKTOP = { viewport: { width: 1280, height: 900 } };
const LOOKS = ['agency.spec.js', 'client.spec.js', 'german.spec.js', 'grant.spec.js', 'trouble.spec.js'];

// Widths come from style alone, so what works without a script is seen once. Each page is looked at in both colour schemes.
const VARIANTS = {
  phone: PHONE,
  'phone-no-js': { ...PHONE, javaScriptEnabled: false },
  desktop: DESKTOP,
};
const variants = Object.entries(VARIANTS).map(([name, use]) => ({ name, testMatch: LOOKS, use }));

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  forbidOnly: true,
  fullyParallel: true,
  workers: 3,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: {
    colorScheme: 'light',
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      executablePath: CHROMIUM,
      // Chromium's sandbox refuses to run as root.
      args: process.getuid() === 0 ? ['--no-sandbox'] : [],
    },
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    screenshot: 'only-on-failure',
  },
  projects: [...variants, { name: 'once', testIgnore: LOOKS }],
});
