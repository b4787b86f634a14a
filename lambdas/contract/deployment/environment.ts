/**
 * Names of the environment variables of the collector function. The stack sets them, the function reads them.
 * `AWS_ENDPOINT_URL` is the AWS SDK's own and is not listed.
 */
export const EnvVar = {
  /** Bucket of archive and quarantine. */
  ArchiveBucket: 'ARCHIVE_BUCKET',
  /** DynamoDB table of the checkpoints. */
  CheckpointTable: 'CHECKPOINT_TABLE',
  /** What precedes the source id in the name of a source's secret. */
  SecretNamePrefix: 'SECRET_NAME_PREFIX',
  /** What metrics call the deployment. Optional: not set for the default stack name. */
  Deployment: 'DEPLOYMENT',
  /** `true` in a fleet, where runs report into the table and send no metrics. Optional. */
  Fleet: 'FLEET',
  /** Longest time one call to Netskope may take, in milliseconds. Optional. */
  RequestTimeoutMs: 'REQUEST_TIMEOUT_MS',
  /** Domains besides Netskope's own that the token may be sent to, with commas between them. Optional. */
  AllowedDomains: 'NETSKOPE_ALLOWED_DOMAINS',
  /**
   * Local use only: replaces the origin of the Netskope API, as AWS_ENDPOINT_URL does for AWS, by one on the same
   * machine. The stack never sets it.
   */
  NetskopeEndpointUrl: 'NETSKOPE_ENDPOINT_URL',
} as const;

/** Names of the variables with the proxy of every function, as Node.js and other programs call them. Optional. */
export const ProxyEnvVar = {
  /** Address of the proxy for HTTPS. */
  HttpsProxy: 'HTTPS_PROXY',
  /** Hosts that are called without it, with commas between them; a dot before one stands for all below. */
  NoProxy: 'NO_PROXY',
} as const;

/** Values of the optional variables if they are not set. */
export const EnvDefault = {
  /** Netskope's own SDK uses 120 s; less was raised after read timeouts (Splunk add-on 4.4.0 troubleshooting). */
  requestTimeoutMs: 120_000,
} as const;

/** Names of the environment variables of the functions that watch: that of the daily message, and a fleet's. */
export const WatchEnvVar = {
  /** Name of the deployment, with which the names of all alarms begin. */
  DeploymentName: 'DEPLOYMENT_NAME',
  /** Bucket of the heads. */
  ArchiveBucket: EnvVar.ArchiveBucket,
  /** DynamoDB table of the checkpoints. */
  CheckpointTable: EnvVar.CheckpointTable,
  /** ARN of the SNS topic that alarms notify. */
  AlarmTopicArn: 'ALARM_TOPIC_ARN',
  /** ARN of the key with which the daily message signs heads. Optional. */
  SigningKey: 'SIGNING_KEY',
  /** `true` for the daily message of a deployment that verifies its archive. Optional. */
  SelfVerification: 'SELF_VERIFICATION',
} as const;

/** Names of the environment variables of the function that verifies the archive. */
export const VerifierEnvVar = {
  DeploymentName: WatchEnvVar.DeploymentName,
  /** Bucket of archive and manifest. */
  ArchiveBucket: EnvVar.ArchiveBucket,
  /** DynamoDB table of the checkpoints. */
  CheckpointTable: EnvVar.CheckpointTable,
  /** DynamoDB table with the heads of the chains of alerts. Optional: not set without detection. */
  DetectionTable: 'DETECTION_TABLE',
  /** Days after which events may have expired. Optional: not set if none does. */
  ExpireAfterDays: 'EXPIRE_AFTER_DAYS',
} as const;

/** Names of the environment variables of the detector function. */
export const DetectorEnvVar = {
  /** Bucket of archive and alerts. */
  ArchiveBucket: EnvVar.ArchiveBucket,
  /** DynamoDB table of the groups' states. */
  DetectionTable: 'DETECTION_TABLE',
  /** ARN of the SNS topic that alerts are published on. */
  AlertTopicArn: 'ALERT_TOPIC_ARN',
  /** ARN of the SNS topic for a chat. Optional. */
  ChatTopicArn: 'CHAT_TOPIC_ARN',
  /** Athena workgroup and database in which a message says to look for the events. */
  Workgroup: 'WORKGROUP',
  Database: 'DATABASE',
  /** What metrics call the deployment, as for the collector. Optional. */
  Deployment: EnvVar.Deployment,
  /** Stack by which the command line finds the deployment. Optional: not set if it has the name of the deployment. */
  Stack: 'STACK_NAME',
} as const;
