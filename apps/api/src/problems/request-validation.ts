import type { WireFault } from '@floopy/contracts';
import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { invalidRequest } from './problem-error';

type Metadata = Parameters<ValidationPipe['transform']>[1];
type Metatype = NonNullable<Metadata['metatype']>;

/** Most reads come without a query: whether that is valid, a class says once. */
class RememberingValidation extends ValidationPipe {
  private readonly validWhenEmpty = new Set<Metatype>();

  override async transform(value: unknown, metadata: Metadata): Promise<unknown> {
    const { type, metatype } = metadata;
    if (type !== 'query' || metatype === undefined || !isEmpty(value)) return super.transform(value, metadata);
    if (this.validWhenEmpty.has(metatype)) return Reflect.construct(metatype, []);
    const valid: unknown = await super.transform(value, metadata);
    this.validWhenEmpty.add(metatype);
    return valid;
  }
}

function isEmpty(query: unknown): boolean {
  return typeof query === 'object' && query !== null && Object.keys(query).length === 0;
}

/** Checks queries and bodies against their classes; what is not declared there is a fault too, never passed over. */
export function requestValidation(): ValidationPipe {
  return new RememberingValidation({
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
