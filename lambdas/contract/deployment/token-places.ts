/**
 * Places in the Netskope console that decide whether a token works (Netskope documentation, "REST API v2 Overview"; for
 * roles and service accounts the articles 7698, 7983 and 8336 of community.netskope.com).
 */
export const TokenPlace = {
  ServiceAccounts: 'Settings > Administration > Administrators & Roles > Service accounts',
  Tokens: 'Settings > Tools > REST API v2',
  Status: 'Settings > Tools > REST API v2, REST API Status',
  Roles: 'Settings > Administration > Administrators & Roles',
  AllowList: 'Settings > Administration > IP Allowlist',
} as const;

/** Where a token is found. Nobody can tell by the token itself in which of the two places it was made. */
export const TOKEN_PLACES = `${TokenPlace.ServiceAccounts} (new tokens since November 2025) and ${TokenPlace.Tokens} (older tokens)`;
