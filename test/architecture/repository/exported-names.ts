import * as ts from 'typescript';
import { lineOf } from './syntax';

export interface ExportedName {
  readonly name: string;
  readonly line: number;
}

/** Every name under which the file offers something, whether declared here or passed on. */
export function exportedNames(tree: ts.SourceFile): ExportedName[] {
  return tree.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) return namesPassedOn(statement);
    if (!isExported(statement)) return [];
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.flatMap((declaration) => namesBound(declaration.name));
    }
    return hasName(statement) ? [{ name: statement.name.text, line: lineOf(statement) }] : [];
  });
}

function namesPassedOn(declaration: ts.ExportDeclaration): ExportedName[] {
  const clause = declaration.exportClause;
  if (clause === undefined) return [];
  if (ts.isNamespaceExport(clause)) return [{ name: clause.name.text, line: lineOf(clause) }];
  return clause.elements.map((element) => ({ name: element.name.text, line: lineOf(element) }));
}

function namesBound(name: ts.BindingName): ExportedName[] {
  if (ts.isIdentifier(name)) return [{ name: name.text, line: lineOf(name) }];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesBound(element.name) : []));
}

function isExported(statement: ts.Statement): boolean {
  if (!ts.canHaveModifiers(statement)) return false;
  return (ts.getModifiers(statement) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
}

function hasName(statement: ts.Statement): statement is ts.Statement & { readonly name: ts.Identifier } {
  return 'name' in statement && statement.name !== undefined && ts.isIdentifier(statement.name as ts.Node);
}
