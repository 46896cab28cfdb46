import type { Role, TermsChange } from '@floopy/domain';
import { Codes } from '../ledger/ledger-codes';

export const changeKindCodes = new Codes<TermsChange['type']>({
  status: 1,
  plan: 2,
  overage: 3,
  billing_anchor: 4,
  team_budget: 5,
  member: 6,
  team: 7,
});
export const roleCodes = new Codes<Role>({ owner: 1, admin: 2, member: 3 });
