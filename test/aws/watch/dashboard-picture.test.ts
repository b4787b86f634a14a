import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Widget } from './shown-dashboard';
import { shownDashboard } from './shown-dashboard';

const CHROMIUM = '/usr/bin/chromium';
const ROW_PX = 40;
const COLUMN_PX = 60;
const COLORS = { text: '#eee', metric: '#d6e8fa', alarm: '#d9f2d9', log: '#fdf0d5' } as const;

/** The grid as a page: a box for each widget, with what it holds. */
function page(widgets: readonly Widget[]): string {
  const boxes = widgets.map(({ type, x, y, width, height, properties }) => {
    const { title = '', alarms = [], metrics = [], query = '', markdown = '' } = properties;
    const held = [
      ...alarms.map((arn) => arn.replace(/.*:alarm:/, '')),
      ...metrics.map(([, name, , of]) => `${String(name)} ${String(of)}`),
      query,
      markdown.replaceAll(/\(https[^)]*\)/g, ''),
    ].filter((text) => text !== '');
    const place = `left:${x * COLUMN_PX}px;top:${y * ROW_PX}px;width:${width * COLUMN_PX - 6}px;height:${height * ROW_PX - 6}px`;
    return `<div style="${place};background:${COLORS[type]}"><b>${title}</b><pre>${held.join('\n')}</pre></div>`;
  });
  const style = 'body{margin:0;font:11px sans-serif}div{position:absolute;overflow:hidden}pre{margin:0}';
  return `<style>${style}</style>${boxes.join('')}`;
}

/** Width and height of a PNG, from its header. */
function sizeOf(png: Buffer): readonly [number, number] {
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

const drawn = existsSync(CHROMIUM) ? test.each : test.skip.each;
if (!existsSync(CHROMIUM)) process.emitWarning(`the dashboard is not drawn: there is no ${CHROMIUM}`);

drawn([
  [1, [1_440, 1_560]],
  [20, [1_440, 2_320]],
])('the grid of %d sources can be drawn, all of it', async (sources, size) => {
  const { widgets } = shownDashboard({ sources });
  const path = join(mkdtempSync(join(tmpdir(), 'dashboard-')), `${sources}-sources.png`);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  try {
    const height = Math.max(...widgets.map((widget) => widget.y + widget.height)) * ROW_PX;
    const tab = await browser.newPage({ viewport: { width: 24 * COLUMN_PX, height } });
    await tab.setContent(page(widgets));
    await tab.screenshot({ path });
  } finally {
    await browser.close();
  }
  expect(sizeOf(readFileSync(path))).toEqual(size);
});
