import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { simulatedLogin } from '../../collector/audit-events';
import { ReportedArchive, TEN_S } from './reported-archive';

/** Debian's; `.ci/run` installs it, and the tool that reads a PDF. */
const CHROMIUM = '/usr/bin/chromium';
const PDFTOTEXT = '/usr/bin/pdftotext';
const isInstalled = existsSync(CHROMIUM) && existsSync(PDFTOTEXT);
if (!isInstalled)
  process.stderr.write(`SKIPPED, no browser opens the report: ${CHROMIUM} or ${PDFTOTEXT} is not there.\n`);

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What a page of A4 has between its margins, in CSS pixels: 182 mm. */
const PRINTED_WIDTH = 688;

/** Ids that take several lines of a row. */
const LONG_IDS = Array.from(
  { length: 60 },
  (_, place) => `begin${place + 100}-${'x'.repeat(300)}-end${place + 100}`,
);

(isInstalled ? describe : describe.skip)('in a browser', () => {
  let archive: ReportedArchive;
  let browser: Browser;
  let page: Page;
  const requests: string[] = [];

  beforeAll(async () => {
    archive = await ReportedArchive.start();
    archive.miss(...LONG_IDS.map((id) => simulatedLogin(id, TEN_S)));
    await archive.report();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    page = await browser.newPage();
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`file://${archive.path}`);
  });

  afterAll(async () => {
    await browser.close();
    await archive.stop();
  });

  test('it makes no request but for the file', () => {
    expect(requests).toEqual([`file://${archive.path}`]);
  });

  test('axe finds no serious problem', async () => {
    await page.evaluate(AXE);
    const problems = await page.evaluate(
      `axe.run().then(({ violations }) => violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`,
    );
    expect(problems).toEqual([]);
  });

  test('every chart has a text in its place', async () => {
    const texts = await page.evaluate(
      `[...document.querySelectorAll('svg')].map((svg) => svg.closest('[role=img]')?.getAttribute('aria-label'))`,
    );
    expect(texts).toEqual([expect.stringMatching(/^Bar chart of 3 hours from 2026-11-18 09:00 to/)]);
  });

  test('every table has a caption, and every heading of it says what it heads', async () => {
    const without = await page.evaluate(
      `[...document.querySelectorAll('table:not(:has(> caption)), th:not([scope])')].map(({ outerHTML }) => outerHTML)`,
    );
    expect(without).toEqual([]);
  });

  test('no table is wider than a printed page', async () => {
    await page.setViewportSize({ width: PRINTED_WIDTH, height: 900 });
    await page.emulateMedia({ media: 'print' });
    const tooWide = await page.evaluate(
      `[...document.querySelectorAll('table, figure, dl, p')].filter((part) => part.getBoundingClientRect().right > ${PRINTED_WIDTH})
        .map(({ innerText }) => innerText)`,
    );
    expect(tooWide).toEqual([]);
  });

  test('no row is cut when it is printed, and each page of a table has its headings', async () => {
    const path = join(archive.folder, 'report.pdf');
    writeFileSync(path, await page.pdf({ preferCSSPageSize: true, printBackground: true }));
    const text = execFileSync(PDFTOTEXT, ['-layout', path, '-'], { encoding: 'utf8' });
    const pages = text.split('\f').slice(0, -1);
    expect(pages.length).toBeGreaterThan(5);
    for (let number = 100; number < 160; number++) {
      const ofRow = pages.filter((printed) => new RegExp(`begin${number}|end${number}`).test(printed));
      expect(ofRow).toEqual([expect.stringMatching(/^ *id +time, UTC +kind$/m)]);
    }
  });
});
