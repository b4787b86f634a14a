import { DeploymentSettingsError } from '../lib/aws/deployment-settings';
import { PipelineApp } from '../lib/aws/pipeline/pipeline-app';
import { packagedParts } from '../lib/aws/pipeline/pipeline-parts';

try {
  new PipelineApp(packagedParts()).synth();
} catch (error) {
  if (!(error instanceof DeploymentSettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
