import { OCSF_SEVERITIES } from './ocsf-mapping';

export interface Severity {
  readonly severity_id: number;
  readonly severity: string;
}

/** @param level `severity_level`: a number or a text; another level than the known ones is Other, with its own name */
export function severityOf(level: unknown): Severity {
  const text = typeof level === 'string' || typeof level === 'number' ? String(level).trim() : '';
  if (text === '') return { severity_id: 0, severity: 'Unknown' };
  const known = OCSF_SEVERITIES.find(({ levels }) => levels.includes(text.toLowerCase()));
  return { severity_id: known?.id ?? 99, severity: known?.caption ?? text };
}
