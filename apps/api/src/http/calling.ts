import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller } from '../access/caller';
import type { ApiRequest } from './api-request';

/** Who asks, as the guard has found by the API key. */
export const Calling = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<ApiRequest>();
  if (caller === undefined) throw new Error('a route that has a scope knows who asks');
  return caller;
});
