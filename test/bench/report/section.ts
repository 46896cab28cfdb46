import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** A chapter of the results: what one command has measured. */
export interface Section {
  readonly title: string;
  readonly text: string;
}

const HEADING = '# Benchmark results\n';

/** Puts chapters into a file of results: each replaces the one of the same title, and the others stay as they are. */
export function writeSections(path: string, sections: readonly Section[]): void {
  const present = existsSync(path) ? readFileSync(path, 'utf8') : HEADING;
  writeFileSync(path, sections.reduce(replaceSection, present));
}

function replaceSection(document: string, section: Section): string {
  const chapters = document.split(/^(?=## )/m);
  const fresh = sectionText(section);
  const index = chapters.findIndex((chapter) => chapter.startsWith(`## ${section.title}\n`));
  if (index === -1) return [...chapters.map((chapter) => `${chapter.trimEnd()}\n\n`), fresh].join('');
  return chapters.with(index, `${fresh}\n`).join('').trimEnd() + '\n';
}

export function sectionText({ title, text }: Section): string {
  return `## ${title}\n\n${text.trim()}\n`;
}
