/** Runs once in each process of the tests. What a test starts is not to load what compiles the tests. */
delete process.env.NODE_OPTIONS;
/**
 * aws-cdk-lib then validates no templates, which takes nine tenths of a synthesis and is not covered by
 * `skipValidation`. test/aws/cdk-nag.test.ts reverts this.
 */
process.env.CDK_VALIDATION = 'false';
/** The AWS SDK then does not say in each process that this Node.js is old; the functions run on a newer one. */
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
