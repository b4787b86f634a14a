import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulatedLogin } from '../../collector/audit-events';
import { NOW_S } from '../../pipeline';
import type { CliEnd } from '../cli-process';
import { DoctorScenario } from '../doctor/doctor-scenario';

/** 2026-11-18T10:00:00Z; the present is two hours and a minute later. */
export const TEN_S = NOW_S - 7200;

/** The three hours in which the events of these tests lie, the last of them to ten minutes before the present. */
export const MORNING = ['--from', '2026-11-18T09:00', '--to', '2026-11-18T11:51'] as const;

export interface MadeReport extends CliEnd {
  /** The file that was written. */
  readonly html: string;
}

/** A deployment in perfect order, with events `a` at 10:00:00, `b` at 11:50:00 and `c` at 10:30:00, and a folder for reports. */
export class ReportedArchive {
  private constructor(
    readonly scenario: DoctorScenario,
    readonly folder: string,
  ) {}

  static async start(): Promise<ReportedArchive> {
    const scenario = await DoctorScenario.start();
    const archive = new ReportedArchive(scenario, mkdtempSync(join(tmpdir(), 'report-')));
    await archive.collect(simulatedLogin('c', TEN_S + 1800));
    return archive;
  }

  async stop(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    await this.scenario.stop();
  }

  get path(): string {
    return join(this.folder, 'report.html');
  }

  /** Has events collected, as they come late. */
  async collect(...events: Parameters<ReportedArchive['miss']>): Promise<void> {
    const { pipeline } = this.scenario.deployed;
    pipeline.simulator.add(events.map((event) => ({ ...event, insertedAtS: pipeline.clock.nowMs() / 1000 })));
    await pipeline.run();
  }

  /** Adds events that the collector will not have collected when the report is made. */
  miss(...events: ReturnType<typeof simulatedLogin>[]): void {
    this.scenario.deployed.pipeline.simulator.add(events);
  }

  /** Runs any command, with the simulator as the tenant's API. */
  cli(args: readonly string[]): Promise<CliEnd> {
    const { deployed } = this.scenario;
    return deployed.cli(args, { environment: { NETSKOPE_ENDPOINT_URL: deployed.pipeline.simulator.url } });
  }

  /** Makes a report of the morning. */
  async report(...args: readonly string[]): Promise<MadeReport> {
    const end = await this.cli(['report', 'netskope', '--file', this.path, ...MORNING, ...args]);
    return { ...end, html: readFileSync(this.path, 'utf8') };
  }
}

/** The text below a heading of the page, without its tags; of the first screen where the heading is `h1`. */
export function sectionOf(html: string, heading: string): string {
  const below = html.split(new RegExp(`<h[12]>${heading}[^<]*</h[12]>`))[1] ?? '';
  return textOf(below.split(/<h2>|<\/main>/)[0] ?? '');
}

/** What a reader sees: cells and lines are told apart by ` | `. */
function textOf(html: string): string {
  return html
    .replaceAll(/<svg[^]*?<\/svg>/g, '')
    .replaceAll(/<\/(?:t[dhr]|p|dd|li|caption)>/g, ' | ')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(?:\| )+/g, '| ')
    .trim();
}
