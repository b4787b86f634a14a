import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ALERT_EVENT } from '../../../lambdas/contract/deployment/detector-event';
import { exampleAlert } from '../../detector/example-alert';

/** The pattern of the rule in docs/detect.md, as CloudFormation gets it. */
function documentedPattern(): Readonly<Record<string, unknown>> {
  const page = readFileSync(join(__dirname, '../../../docs/detect.md'), 'utf8');
  const [, code = ''] = /```ts\n([^`]*)```/.exec(page) ?? [];
  const stack = new Stack(new App(), 'Example');
  const pager = new Function(stack, 'Pager', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {};'),
  });
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text of the page
  new globalThis.Function('Rule', 'LambdaFunction', 'pager', code).call(stack, Rule, LambdaFunction, pager);
  const [rule] = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'));
  return (rule as { readonly Properties: { readonly EventPattern: Readonly<Record<string, unknown>> } })
    .Properties.EventPattern;
}

test('the documented rule takes urgent alerts that are new, in the form in which they are put on the bus', () => {
  const { source, 'detail-type': detailType, detail } = documentedPattern();
  expect([source, detailType]).toEqual([[ALERT_EVENT.source], [ALERT_EVENT.detailType]]);
  const fits = (alert: object): boolean =>
    Object.entries(detail as Record<string, readonly unknown[]>).every(([field, wanted]) =>
      wanted.includes((alert as Record<string, unknown>)[field]),
    );
  expect(fits(exampleAlert())).toBe(true);
  expect(fits(exampleAlert({ severity: 'low' }))).toBe(false);
  expect(fits(exampleAlert({ update: 'closed' }))).toBe(false);
  expect(fits(exampleAlert({ historic: true }))).toBe(false);
});
