import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ApiRequest, BoundOrganization } from './api-request';

/** The organization that the guard has bound the request to. */
export const Organization = createParamDecorator((_: unknown, context: ExecutionContext): BoundOrganization => {
  const { organization } = context.switchToHttp().getRequest<ApiRequest>();
  if (organization === undefined) throw new Error('a route of an organization names it in its path');
  return organization;
});
