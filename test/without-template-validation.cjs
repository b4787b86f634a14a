/**
 * Runs before each suite: aws-cdk-lib then validates no templates, which takes nine tenths of a synthesis and is not
 * covered by `skipValidation`. test/aws/cdk-nag.test.ts reverts this.
 */
process.env.CDK_VALIDATION = 'false';
