import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../../../test/support/temporary-directory';
import { readStarted, removeStarted, writeStarted, type Started } from './started-file';

const STARTED: Started = {
  kafka_brokers: ['127.0.0.1:1'],
  database_url: 'postgres://postgres:secret@127.0.0.1:2/floopy',
  api_url: 'http://127.0.0.1:3',
  operator_api_key: 'key_operator',
  organizations: [{ id: 'org_acme', name: 'Acme', api_key: 'key_acme' }],
  pid: 4,
};

describe('started.json', () => {
  it('is read back as it was written, by its owner alone, and is gone when removed', () => {
    const directory = temporaryDirectory();
    writeStarted(directory.path, STARTED);
    expect(readStarted(directory.path)).toEqual(STARTED);
    expect(statSync(join(directory.path, 'started.json')).mode & 0o777).toBe(0o600);
    removeStarted(directory.path);
    expect(readStarted(directory.path)).toBeUndefined();
    directory.remove();
  });

  it('counts as absent when it is of another shape', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory.path, 'started.json'), '{"pid": "4"}');
    expect(readStarted(directory.path)).toBeUndefined();
    directory.remove();
  });
});
