import { ACCOUNT_ID } from './local-account';
import type { AwsAnswer, AwsCall, AwsEndpoint, AwsRequest, AwsTarget } from './wire/aws-call';
import type { QueryApi } from './wire/protocols';
import { closedObject, formReader, operationFromForm, queryAnswer, unknownAction } from './wire/protocols';
import { element } from './wire/xml';

const API: QueryApi = { version: '2011-06-15', namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' };

const readGetCallerIdentity = formReader<object>(closedObject({}), {
  missing: 'ValidationError',
  invalid: 'ValidationError',
});

/** STS, as far as it tells whose account this is. Every caller is the same user. */
export class StsEndpoint implements AwsEndpoint {
  identify(request: AwsRequest): AwsTarget {
    return { operation: operationFromForm(request, API) };
  }

  async apply({ operation, body }: AwsCall): Promise<AwsAnswer> {
    if (operation !== 'GetCallerIdentity') throw unknownAction('STS', operation);
    readGetCallerIdentity(body);
    return queryAnswer(API, operation, [
      element('Arn', `arn:aws:iam::${ACCOUNT_ID}:user/operator`),
      element('UserId', 'AIDALOCALOPERATOR'),
      element('Account', ACCOUNT_ID),
    ]);
  }
}
