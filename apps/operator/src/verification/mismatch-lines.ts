import type { Mismatch } from '@floopy/application';
import { table } from '../command-line';

/** Mismatches in columns, for a person. */
export function listMismatches(mismatches: readonly Mismatch[]): string {
  const rows = mismatches.map(({ kind, organizationId, position, subject, expected, found }) => [
    kind,
    organizationId ?? '',
    position?.toString() ?? '',
    subject ?? '',
    expected,
    found,
  ]);
  return table([['KIND', 'ORGANIZATION', 'POSITION', 'SUBJECT', 'EXPECTED', 'FOUND'], ...rows]);
}

/** One mismatch, for a script. */
export function mismatchJson({ kind, organizationId, position, subject, expected, found }: Mismatch) {
  return {
    kind,
    ...(organizationId === undefined ? {} : { organization_id: organizationId }),
    ...(position === undefined ? {} : { position }),
    ...(subject === undefined ? {} : { subject }),
    expected,
    found,
  };
}
