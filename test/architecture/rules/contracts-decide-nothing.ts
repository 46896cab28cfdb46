import * as ts from 'typescript';
import { productFiles, treeOf, type Repository, type RepositoryFile } from '../repository/repository';
import type { Rule, Violation } from '../repository/rule';
import { lineOf, nodesOf } from '../repository/syntax';
import { wordsOf } from '../repository/words';

const CONTRACTS = /^libs\/contracts\/src\//;

/** The domain's verbs that decide: what something costs, what becomes of it, what may be published. */
const DECIDING = new Set('price post settle project hash decide diff identify'.split(' '));

/**
 * A wire shape is made of the domain's words, and reads and writes them by the domain's own functions (`parseAmount`,
 * `formatInstant`): a second parser of money would be a second truth. What decides stays where it is.
 */
function findDecisions(repository: Repository): Violation[] {
  return productFiles(repository, CONTRACTS).flatMap((file) => decidingImports(file));
}

function decidingImports(file: RepositoryFile): Violation[] {
  return nodesOf(treeOf(file), ts.isImportDeclaration)
    .filter((node) => ts.isStringLiteral(node.moduleSpecifier) && node.moduleSpecifier.text === '@floopy/domain')
    .flatMap((node) => nodesOf(node, ts.isImportSpecifier))
    .filter((specifier) => !specifier.isTypeOnly && !specifier.parent.parent.isTypeOnly)
    .filter((specifier) => isDeciding(importedName(specifier)))
    .map((specifier) => ({
      path: file.path,
      line: lineOf(specifier),
      message: `${importedName(specifier)} decides: the contracts only say how things are written`,
    }));
}

/** As the domain calls it, whatever it is called here. */
function importedName(specifier: ts.ImportSpecifier): string {
  return (specifier.propertyName ?? specifier.name).text;
}

function isDeciding(name: string): boolean {
  const [verb = '', ...rest] = wordsOf(name);
  return rest.length > 0 && DECIDING.has(verb) && /^[a-z]/.test(name);
}

const PATH = 'libs/contracts/src/usage/a-shape.ts';

export const contractsDecideNothing: Rule = {
  name: 'the contracts take words of the domain, and no decision',
  check: findDecisions,
  refuses: [
    {
      title: 'a decision under another name',
      files: { [PATH]: "import { settleUsage as take } from '@floopy/domain';" },
      because: 'settleUsage decides',
    },
    {
      title: 'a price that is computed while decoding',
      files: { [PATH]: "import { priceUsage } from '@floopy/domain';" },
      because: 'priceUsage decides',
    },
    {
      title: 'a posting beside a word',
      files: { [PATH]: "import { formatAmount, postUsage } from '@floopy/domain';" },
      because: 'postUsage decides',
    },
  ],
  accepts: [
    {
      title: 'types, words, and how they are written',
      files: { [PATH]: "import { formatAmount, type PricingOutcome, SERVICE_TIERS } from '@floopy/domain';" },
    },
    {
      title: 'a decision where it belongs',
      files: { 'libs/application/src/usage/ingest.ts': "import { priceUsage } from '@floopy/domain';" },
    },
  ],
};
