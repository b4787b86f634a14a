import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { COLLECTED_FEED } from '../lambdas/contract/feed/collected-feed';
import { DeploymentSettingsError } from '../lib/aws/deployment-settings';
import type { PipelineAppProps } from '../lib/aws/pipeline/pipeline-app';
import { PipelineApp } from '../lib/aws/pipeline/pipeline-app';
import { bundleCollector, bundleDailyMessage, bundleDetector } from '../lib/build/function-bundles';

/** At the same depth in every checkout: source maps hold paths relative to it and are part of the asset's hash. */
const BUILDS = join(__dirname, '../.local');

const folders: string[] = [];

function newFolder(name: string): string {
  mkdirSync(BUILDS, { recursive: true });
  const folder = mkdtempSync(join(BUILDS, `${name}-${process.pid}-`));
  folders.push(folder);
  return folder;
}

const buildDetector: PipelineAppProps['buildDetector'] = (tuning, rulesFolder) => {
  const folder = newFolder('detector');
  bundleDetector(folder, tuning, rulesFolder);
  return folder;
};

const buildDailyMessage: PipelineAppProps['buildDailyMessage'] = () => {
  const folder = newFolder('daily-message');
  bundleDailyMessage(folder);
  return folder;
};

try {
  const codeFolder = newFolder('collector');
  bundleCollector(codeFolder);
  new PipelineApp({ feed: COLLECTED_FEED, codeFolder, buildDetector, buildDailyMessage }).synth();
} catch (error) {
  if (!(error instanceof DeploymentSettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
