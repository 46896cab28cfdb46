import { isPlainReason, LONGEST_REASON } from '@floopy/contracts';
import { ValidateBy } from 'class-validator';

/** What may stand on a ledger as the reason of an entry. */
export const IsReason = (): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isReason',
      validator: { validate: (value: unknown) => typeof value === 'string' && isPlainReason(value) },
    },
    { message: `must be a text of 1 to ${LONGEST_REASON} characters without control characters` },
  );
