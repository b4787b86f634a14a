import type { Access } from '../deployment/access';
import { isChanging } from '../deployment/access';
import type { Part } from '../deployment/deployment-parts';

/** A policy as `aws iam create-policy` takes it (IAM user guide, "IAM JSON policy reference"). */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** A policy that allows all of this, with a statement for what reads a part, and one for what changes it. */
export function policyDocument(
  accesses: readonly Access[],
  parts: Readonly<Record<Part, readonly string[]>>,
): PolicyDocument {
  const found = Object.entries(parts).filter(([, arns]) => arns.length > 0);
  const statements = found.flatMap(([part, arns]) => {
    const all = accesses.flatMap((access) => access[part as Part] ?? []);
    const actions = [...new Set(all)].sort();
    return [
      statement(
        `Read${capitalized(part)}`,
        actions.filter((action) => !isChanging(action)),
        arns,
      ),
      statement(`Change${capitalized(part)}`, actions.filter(isChanging), arns),
    ];
  });
  return documentOf(statements.filter(({ Action }) => Action.length > 0));
}

/** What a deployer needs: the roles of `cdk bootstrap`, which do the work, with whatever qualifier. */
export function deployerPolicy(
  place: Readonly<Record<'partition' | 'region' | 'account', string>>,
): PolicyDocument {
  const { partition, region, account } = place;
  const roles = ['deploy', 'file-publishing', 'lookup'].map(
    (role) => `arn:${partition}:iam::${account}:role/cdk-*-${role}-role-${account}-${region}`,
  );
  return documentOf([statement('AssumeRolesOfCdk', ['sts:AssumeRole'], roles)]);
}

function documentOf(Statement: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}

function statement(Sid: string, Action: readonly string[], Resource: readonly string[]): PolicyStatement {
  return { Sid, Effect: 'Allow', Action, Resource };
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
