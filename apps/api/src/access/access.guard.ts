import { type ApiKeyScope, permits } from '@floopy/application';
import { isIdentifier, type OrganizationId, organizationIdOf } from '@floopy/domain';
import type { ApiKeyGrant } from '@floopy/postgres';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ApiRequest, BoundOrganization } from '../http/api-request';
import { ProblemError } from '../problems/problem-error';
import type { ApiKeyMemory } from './api-key-memory';
import { apiKeyHashOf } from './bearer-token';
import { callerOf } from './caller';
import { PUBLIC, REQUIRED_SCOPE } from './require-scope';

export type FindOrganizationKey = (organizationId: OrganizationId) => Promise<number | null>;

/**
 * Lets a request pass when its API key has the route's scope, and binds it to the organization of its path. A key that
 * is bound to an organization meets any other as one that does not exist: who asks cannot learn which ones there are.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: ApiKeyMemory,
    private readonly findOrganizationKey: FindOrganizationKey,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, targets) === true) return true;
    const request = context.switchToHttp().getRequest<ApiRequest>();
    const grant = await this.grantOf(request);
    requireScope(grant, this.reflector.getAllAndOverride<ApiKeyScope | undefined>(REQUIRED_SCOPE, targets));
    request.apiKeyId = grant.keyId;
    request.caller = callerOf(grant);
    const { organization_id: organizationId } = request.params;
    if (organizationId !== undefined) request.organization = await this.bind(grant, organizationId);
    return true;
  }

  private async grantOf(request: ApiRequest): Promise<ApiKeyGrant> {
    const keyHash = apiKeyHashOf(request);
    if (keyHash === null) throw new ProblemError('unauthorized', 'Send an API key: Authorization: Bearer <api key>.');
    const grant = await this.keys.grantOf(keyHash);
    if (grant === null) throw new ProblemError('unauthorized', 'The API key is not known, or was revoked.');
    return grant;
  }

  private async bind(grant: ApiKeyGrant, organizationId: string): Promise<BoundOrganization> {
    if (grant.organization !== null) {
      if (grant.organization.id === organizationId) return grant.organization;
    } else if (isIdentifier(organizationId)) {
      const id = organizationIdOf(organizationId);
      const key = await this.findOrganizationKey(id);
      if (key !== null) return { id, key };
    }
    throw new ProblemError('not_found', 'There is no such organization, or the API key is not one of its own.');
  }
}

function requireScope(grant: ApiKeyGrant, scope: ApiKeyScope | undefined): void {
  if (scope === undefined) throw new ProblemError('forbidden', 'This route has no scope, so nobody may call it.');
  if (!permits({ scopes: grant.scopes, role: grant.member?.role ?? null }, scope)) {
    throw new ProblemError('forbidden', `The API key lacks the scope ${scope}.`);
  }
  // Who holds a balance never moves money on it, whatever is written on the key.
  if (scope === 'operator' && grant.organization !== null) {
    throw new ProblemError('forbidden', 'Only a key that is bound to no organization may act as operator.');
  }
}
