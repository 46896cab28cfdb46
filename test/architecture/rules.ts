import { contractsDecideNothing } from './rules/contracts-decide-nothing';
import { documentsLeadSomewhere } from './rules/documents-lead-somewhere';
import { domainIsPure } from './rules/domain-is-pure';
import { nothingIsDead } from './rules/nothing-is-dead';
import { featuresShareNames } from './rules/features-share-names';
import { fileNamesFollowNest } from './rules/file-names-follow-nest';
import { filesAreSmall } from './rules/files-are-small';
import { landmarksStand } from './rules/landmarks-stand';
import { moneyIsExact } from './rules/money-is-exact';
import { namesSaySomething } from './rules/names-say-something';
import { nothingIsSilenced } from './rules/nothing-is-silenced';
import { oneDoorPerLib } from './rules/one-door-per-lib';
import { readmesAreComplete } from './rules/readmes-are-complete';
import { settingsAreReadOnce } from './rules/settings-are-read-once';
import { sqlHasOneHome } from './rules/sql-has-one-home';
import { testsAreHonest } from './rules/tests-are-honest';
import { textIsPortable } from './rules/text-is-portable';
import { topLevelIsFixed } from './rules/top-level-is-fixed';
import { workspaceIsStrict } from './rules/workspace-is-strict';
import type { Rule } from './repository/rule';

/** The rules that are checked on text and syntax; imports are judged by dependency-cruiser, the rest by lint. */
export const RULES: readonly Rule[] = [
  topLevelIsFixed,
  workspaceIsStrict,
  oneDoorPerLib,
  nothingIsDead,
  featuresShareNames,
  landmarksStand,
  domainIsPure,
  contractsDecideNothing,
  moneyIsExact,
  sqlHasOneHome,
  settingsAreReadOnce,
  filesAreSmall,
  fileNamesFollowNest,
  namesSaySomething,
  readmesAreComplete,
  documentsLeadSomewhere,
  testsAreHonest,
  nothingIsSilenced,
  textIsPortable,
];
