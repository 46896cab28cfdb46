import { API_KEY_SCOPES } from './issue-api-key';
import { permits } from './permits';

const permitted = (role: Parameters<typeof permits>[0]['role'], scopes: readonly string[] = API_KEY_SCOPES) =>
  API_KEY_SCOPES.filter((scope) => permits({ scopes, role }, scope));

describe('permits', () => {
  it('lets a key of no person do what its scopes say', () => {
    expect(permitted(null)).toEqual(API_KEY_SCOPES);
    expect(permitted(null, ['plan:write'])).toEqual(['plan:write']);
  });

  it('lets an Owner change plan, overage and members, an Admin budgets and alerts, and a Member nothing', () => {
    const reads = ['balance:read', 'ledger:read', 'requests:read', 'usage:read'];
    const administers = ['budgets:write', 'alerts:write'];
    expect(permitted('owner')).toEqual([...reads, 'plan:write', 'overage:write', 'members:write', ...administers]);
    expect([permitted('admin'), permitted('member')]).toEqual([[...reads, ...administers], reads]);
  });

  it('gives no role what is not on the key', () => {
    expect(permitted('owner', ['balance:read'])).toEqual(['balance:read']);
  });
});
