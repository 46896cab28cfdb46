// Run after every `npm install`: `npm run complete-lock-file`.
//
// A registry mirror that serves only one platform's builds makes npm leave the other platforms' optional packages out of
// package-lock.json; `npm ci` then refuses that file here and on every other platform ("Missing: … from lock file").
// This adds each of them with the platform that its name tells, and takes registry addresses out.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];
const SPELLINGS = { windows: 'win32', musl: 'musl', musleabihf: 'musl', gnu: 'glibc', gnueabihf: 'glibc' };
// Packages for one system whose names do not say so.
const NAMELESS = { fsevents: { os: ['darwin'] } };

/** Adds what is missing to the parsed lock file, in place. @returns the names that were added. */
export function completeLockFile(lock) {
  const added = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    delete entry.resolved;
    const optional = entry.optionalDependencies ?? {};
    for (const [name, range] of Object.entries(optional)) {
      if (path === '' || isLocked(lock.packages, path, name)) continue;
      lock.packages[`node_modules/${name}`] = describePackage(lock.packages, name, range, optional, path);
      added.push(name);
    }
  }
  lock.packages = sortByPath(lock.packages);
  return added;
}

/** Whether npm, walking up from the package at `path` as Node does, finds `name`. */
function isLocked(packages, path, name) {
  for (let from = path; ; from = from.slice(0, Math.max(from.lastIndexOf('/node_modules/'), 0))) {
    if (packages[`${from === '' ? '' : `${from}/`}node_modules/${name}`] !== undefined) return true;
    if (from === '') return false;
  }
}

function describePackage(packages, name, range, siblings, dependent) {
  const platform = NAMELESS[name] ?? platformOf(name);
  if (platform === undefined)
    throw new Error(`${dependent} wants ${name}, whose name tells no platform: name it here.`);
  const dev = packages[dependent].dev === true ? { dev: true } : {};
  return { version: exactVersion(packages, range, siblings), ...platform, ...dev, optional: true };
}

/** The builds of one release share a version: a range is answered by the build that npm did lock. */
function exactVersion(packages, range, siblings) {
  if (/^\d/.test(range)) return range;
  const locked = Object.keys(siblings).find((name) => siblings[name] === range && packages[`node_modules/${name}`]);
  const version = locked === undefined ? /\d[^\s|]*/.exec(range)?.[0] : packages[`node_modules/${locked}`].version;
  if (version === undefined) throw new Error(`The range ${range} names no version.`);
  return version;
}

/** @returns npm's os, cpu and libc fields as the name's parts tell them, undefined when they tell neither os nor cpu. */
export function platformOf(name) {
  const parts = name.split(/[-/@.]/).map((part) => SPELLINGS[part] ?? part);
  const os = SYSTEMS.filter((system) => parts.includes(system));
  const cpu = PROCESSORS.filter((processor) => parts.includes(processor));
  if (os.length === 0 && cpu.length === 0) return undefined;
  const libc = os.includes('linux') ? ['musl', 'glibc'].filter((library) => parts.includes(library)) : [];
  return {
    ...(cpu.length === 0 ? {} : { cpu }),
    ...(libc.length === 0 ? {} : { libc }),
    ...(os.length === 0 ? {} : { os }),
  };
}

function sortByPath(packages) {
  return Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const path = join(dirname(fileURLToPath(import.meta.url)), '../../package-lock.json');
  const lock = JSON.parse(readFileSync(path, 'utf8'));
  const added = completeLockFile(lock);
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  process.stdout.write(`package-lock.json: ${added.length} package(s) of other platforms added\n`);
}
