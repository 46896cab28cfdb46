import * as ts from 'typescript';

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.AccessorDeclaration;

/** Calls `visitor` for `node` and everything below it, in source order. */
export function walk(node: ts.Node, visitor: (node: ts.Node) => void): void {
  visitor(node);
  ts.forEachChild(node, (child) => walk(child, visitor));
}

/** Every node of the tree for which `guard` holds. */
export function nodesOf<T extends ts.Node>(tree: ts.Node, guard: (node: ts.Node) => node is T): T[] {
  const found: T[] = [];
  walk(tree, (node) => {
    if (guard(node)) found.push(node);
  });
  return found;
}

/** The 1-based line on which the node's own text starts, past its comments. */
export function lineOf(node: ts.Node): number {
  const tree = node.getSourceFile();
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}

export function lastLineOf(node: ts.Node): number {
  return node.getSourceFile().getLineAndCharacterOfPosition(node.getEnd()).line + 1;
}

export function isFunctionNode(node: ts.Node): node is FunctionNode {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isConstructorDeclaration(node) ||
    ts.isAccessor(node)
  );
}

/**
 * The dotted name of an expression: `it.each([1])` and `it.each` are `it.each`, `a.b().c` is `a.b.c`.
 * Empty for what has no name at its root, such as a literal.
 */
export function dottedName(expression: ts.Expression): string {
  if (ts.isIdentifier(expression)) return expression.text;
  if (expression.kind === ts.SyntaxKind.ThisKeyword) return 'this';
  if (ts.isPropertyAccessExpression(expression)) return `${dottedName(expression.expression)}.${expression.name.text}`;
  if (ts.isCallExpression(expression)) return dottedName(expression.expression);
  if (ts.isTaggedTemplateExpression(expression)) return dottedName(expression.tag);
  if (ts.isParenthesizedExpression(expression) || ts.isNonNullExpression(expression)) {
    return dottedName(expression.expression);
  }
  if (ts.isElementAccessExpression(expression) && ts.isStringLiteralLike(expression.argumentExpression)) {
    return `${dottedName(expression.expression)}.${expression.argumentExpression.text}`;
  }
  return '';
}

/** The first segment of a dotted name. */
export function rootName(expression: ts.Expression): string {
  return dottedName(expression).split('.')[0] ?? '';
}

/** The decorators that stand on a class, by name. */
export function decoratorsOf(node: ts.ClassDeclaration): string[] {
  return (ts.getDecorators(node) ?? []).map((decorator) => rootName(decorator.expression));
}

/** The text of a string literal or of a template, with `${}` where something is inserted. */
export function literalText(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map((span) => '${}' + span.literal.text).join('');
}
