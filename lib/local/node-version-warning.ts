/** Silences what the AWS SDK announces on Node.js 20, that its support will end; the deployed function runs on a later one. */
export const NO_NODE_VERSION_WARNING = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' } as const;
