import Ajv from 'ajv';
import schema from '../../lambdas/contract/storage/alert.schema.json';

const isAlert = new Ajv({ allErrors: true, strict: true }).compile(schema);

/** Every alert that a test writes has the published form. @throws Error with every deviation */
export function expectAlertForm(alert: unknown): void {
  if (isAlert(alert)) return;
  const problems = (isAlert.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  throw new Error(`an alert differs from alert.schema.json: ${problems.join('; ')}`);
}
