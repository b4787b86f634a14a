/** Silences the AWS SDK's warning that support for Node.js 20 will end; the deployed function runs on a later one. */
export const NO_NODE_VERSION_WARNING = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' } as const;
