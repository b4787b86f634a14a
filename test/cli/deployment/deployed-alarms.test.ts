import { alarmsOfDeployment } from '../../../lib/cli/deployment/deployed-alarms';
import { OUTPUTS } from '../deployed-pipeline';

const namesOf = (more: { readonly VerifierFunction?: string }): string[] =>
  alarmsOfDeployment({
    name: 'NetskopeAudit',
    isFleet: false,
    outputs: { ...OUTPUTS, Sources: '[]', ...more },
  }).map(({ name }) => name);

it('a deployment that verifies its archive has one alarm more', () => {
  expect(namesOf({})).not.toContain('NetskopeAudit-archive-damaged');
  expect(namesOf({ VerifierFunction: 'verifier' })).toEqual([
    ...namesOf({}),
    'NetskopeAudit-archive-damaged',
  ]);
});
