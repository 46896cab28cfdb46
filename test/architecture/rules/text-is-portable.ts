import { homedir } from 'node:os';
import { REPOSITORY_ROOT } from '../repository/read-repository';
import type { Repository, RepositoryFile } from '../repository/repository';
import type { Rule, Violation } from '../repository/rule';

/** Registries and mirrors of a company, by the names that such hosts have. */
const PRIVATE_HOST =
  /\bhttps?:\/\/(?:[^/\s"'`]*(?:artifactory|nexus|verdaccio|jfrog|mirror)[^/\s"'`]*|[\w.-]+\.(?:internal|corp|lan|intra)(?=[:/\s"'`]|$)|(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+)/i;
const HOME_PATH = /(?<![\w.])\/(?:home|Users|root|work|mnt|Volumes)\/(?!node\b|nonroot\b|app\b|<|\$|\{)[\w.-]+/;

function findMachineTraces(repository: Repository): Violation[] {
  return repository.files.flatMap((file) => [...lockTraces(file), ...settingsTraces(file), ...textTraces(file)]);
}

function lockTraces(file: RepositoryFile): Violation[] {
  if (!/(?:^|\/)package-lock\.json$/.test(file.path)) return [];
  return linesWith(file, /"resolved":/, 'the lock file names a registry');
}

function settingsTraces(file: RepositoryFile): Violation[] {
  if (/(?:^|\/)\.npmrc$/.test(file.path)) return linesWith(file, /registry\s*=\s*\w+:/, '.npmrc names a registry');
  if (!/(?:^|\/)(?:pom|settings)\.xml$/.test(file.path)) return [];
  return linesWith(file, /<(?:mirror|repository|pluginRepository)>/, 'Maven is told a repository');
}

function textTraces(file: RepositoryFile): Violation[] {
  return [
    ...linesWith(file, HOME_PATH, "somebody's home or workplace"),
    ...linesWith(file, PRIVATE_HOST, 'a host that only one network knows'),
    ...machinePaths().flatMap((path) => linesWith(file, path, 'a path of this machine')),
  ];
}

/** Where this checkout and its user live. A path of one part, such as /app, may stand in an image for other reasons. */
function machinePaths(): RegExp[] {
  const telling = [REPOSITORY_ROOT, homedir()].filter(
    (path) => path.split('/').filter((part) => part !== '').length > 1,
  );
  return telling.map((path) => new RegExp(`(?<![\\w./-])${escape(path)}(?=/)`));
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function linesWith(file: RepositoryFile, pattern: RegExp, message: string): Violation[] {
  if (!pattern.test(file.text)) return [];
  return file.text
    .split('\n')
    .flatMap((text, index) => (pattern.test(text) ? [{ path: file.path, line: index + 1, message }] : []));
}

/** Addresses are put together here, so that this file does not hold what it refuses. */
function written(...parts: readonly string[]): Record<string, string> {
  return { 'libs/kafka/README.md': parts.join('') };
}

export const textIsPortable: Rule = {
  name: 'no file knows the machine it was written on',
  check: findMachineTraces,
  refuses: [
    { title: 'a home', files: written('see ', '/home/', 'ada/src'), because: 'somebody' },
    { title: 'a home on a Mac', files: written('see ', '/Users/', 'ada/src'), because: 'somebody' },
    { title: "root's home", files: written('see ', '/root/', 'src'), because: 'somebody' },
    { title: 'a place for work', files: written('see ', '/work/', 'src'), because: 'somebody' },
    { title: 'a mirror', files: written('from https://', 'nexus.example.com/npm'), because: 'one network' },
    { title: 'a private host', files: written('from http://', 'packages.internal/'), because: 'one network' },
    { title: 'a private address', files: written('from http://', '10.1.2.3:8080/'), because: 'one network' },
    {
      title: 'a lock file with addresses',
      files: { 'package-lock.json': '{ "a": {\n"resolved": "https://registry.npmjs.org/a.tgz" } }' },
      because: 'lock file',
    },
    { title: 'a registry setting', files: { '.npmrc': 'registry=https://registry.npmjs.org' }, because: '.npmrc' },
    {
      title: 'a Maven repository',
      files: { 'deploy/local/kafka/pom.xml': '<repository><url>https://repo.example</url></repository>' },
      because: 'Maven',
    },
  ],
  accepts: [
    {
      title: 'public addresses, local ones, and homes inside an image',
      files: {
        ...written('https://www.rfc-editor.org/rfc/rfc9457 http://127.0.0.1:3000/v1 http://kafka:9092'),
        'deploy/Dockerfile': 'WORKDIR /home/node/app',
        '.npmrc': 'omit-lockfile-registry-resolved=true',
      },
    },
  ],
};
