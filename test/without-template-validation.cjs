/**
 * Before each suite: aws-cdk-lib validates no templates, which is nine tenths of a synthesis and which `skipValidation` does
 * not leave out. test/aws/cdk-nag.test.ts takes this back.
 */
process.env.CDK_VALIDATION = 'false';
