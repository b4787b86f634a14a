import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DeploymentSettingsError } from '../lib/aws/deployment-settings';
import { PipelineApp } from '../lib/aws/pipeline-app';
import { bundleCollector } from '../lib/build/collector-bundle';

/** A folder at the same depth on every machine: the source map names files relative to it, and the asset's hash follows. */
const BUILDS = join(__dirname, '../.local');

mkdirSync(BUILDS, { recursive: true });
const codeFolder = mkdtempSync(join(BUILDS, `collector-${process.pid}-`));
try {
  bundleCollector(codeFolder);
  new PipelineApp({ codeFolder }).synth();
} catch (error) {
  if (!(error instanceof DeploymentSettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(codeFolder, { recursive: true, force: true });
}
