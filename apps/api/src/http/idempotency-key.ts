import { isIdentifier } from '@floopy/domain';
import { ApiHeader } from '@nestjs/swagger';
import { invalidRequest } from '../problems/problem-error';

/** Documents the header of an act that is done once for each key. */
export const IdempotencyKeyHeader = (): MethodDecorator =>
  ApiHeader({
    name: 'Idempotency-Key',
    required: true,
    description: '1 to 128 visible ASCII characters, kept for ever',
  });

/** @throws 400 without one */
export function idempotencyKeyOf(header: string | undefined): string {
  if (header !== undefined && isIdentifier(header)) return header;
  const detail = header === undefined ? 'is required' : 'must be 1 to 128 visible ASCII characters';
  throw invalidRequest([{ pointer: '/Idempotency-Key', detail }]);
}
