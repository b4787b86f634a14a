import { alarmsOfDeployment } from '../../../lib/cli/deployment/deployed-alarms';
import { OUTPUTS } from '../deployed-pipeline';

const namesOf = (outputs: typeof OUTPUTS & { readonly VerifierFunction?: string }): string[] =>
  alarmsOfDeployment({ name: 'NetskopeAudit', isFleet: false, outputs }).map(({ name }) => name);

it('a deployment that verifies its archive has one alarm more', () => {
  expect(namesOf(OUTPUTS)).not.toContain('NetskopeAudit-archive-damaged');
  expect(namesOf({ ...OUTPUTS, VerifierFunction: 'verifier' })).toEqual([
    ...namesOf(OUTPUTS),
    'NetskopeAudit-archive-damaged',
  ]);
});
