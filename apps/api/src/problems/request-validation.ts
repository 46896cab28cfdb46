import type { WireFault } from '@floopy/contracts';
import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { invalidRequest } from './problem-error';

/** Checks queries and bodies against their classes; what is not declared there is a fault too, never passed over. */
export function requestValidation(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    exceptionFactory: (errors) => invalidRequest(errors.map(faultOf)),
  });
}

function faultOf(error: ValidationError): WireFault {
  const details = Object.entries(error.constraints ?? { unknown: '' }).map(([rule, message]) =>
    rule === 'whitelistValidation' ? 'is not known here' : message || 'is not valid',
  );
  return { pointer: `/${error.property ?? ''}`, detail: details.join('; ') };
}
