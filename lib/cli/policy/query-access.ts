import type { Access } from '../deployment/access';

/**
 * What queries of docs/search.md need besides the commands of an analyst: the workgroup, the catalog, the archive and a
 * place for their results (Amazon Athena user guide, "Example workgroup policies", "Access to Amazon S3", "Configure
 * access to databases and tables in the AWS Glue Data Catalog"). The lists are for the query editor of the console.
 * Tables have partition projection, so no partition is read from the catalog.
 */
export const QUERY_ACCESS = {
  athena: ['athena:ListDataCatalogs', 'athena:ListEngineVersions', 'athena:ListWorkGroups'],
  dataCatalog: [
    'athena:GetDatabase',
    'athena:GetTableMetadata',
    'athena:ListDatabases',
    'athena:ListTableMetadata',
  ],
  workgroup: [
    'athena:BatchGetNamedQuery',
    'athena:BatchGetQueryExecution',
    'athena:GetNamedQuery',
    'athena:GetQueryExecution',
    'athena:GetQueryResults',
    'athena:GetQueryResultsStream',
    'athena:GetWorkGroup',
    'athena:ListNamedQueries',
    'athena:ListQueryExecutions',
    'athena:StartQueryExecution',
    'athena:StopQueryExecution',
  ],
  tables: ['glue:GetDatabase', 'glue:GetDatabases', 'glue:GetTable', 'glue:GetTables'],
  archive: ['s3:GetBucketLocation'],
  results: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
  resultObjects: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
  key: ['kms:GenerateDataKey'],
} as const satisfies Access;
