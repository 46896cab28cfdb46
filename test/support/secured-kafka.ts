import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type EmbeddedKafka, startEmbeddedKafka } from '../../deploy/local/embedded-kafka';
import { readLocalEnvironment } from '../../deploy/local/environment';

export interface SecuredKafka extends EmbeddedKafka {
  /** The certificate that its clients must trust, in PEM form. */
  readonly certificateFile: string;
  readonly username: string;
  readonly password: string;
}

const USERNAME = 'floopy';
/** A colon also separates the parts of the setting that carries it. */
const PASSWORD = 'pass:word';
const KEYSTORE_PASSWORD = 'keystore';

/** A broker that takes nobody in without TLS and credentials (SASL PLAIN or SCRAM-SHA-256). */
export async function startSecuredKafka(directory: string): Promise<SecuredKafka> {
  const keystore = join(directory, 'broker.p12');
  const certificateFile = join(directory, 'broker.pem');
  const store = ['-alias', 'broker', '-keystore', keystore, '-storetype', 'PKCS12', '-storepass', KEYSTORE_PASSWORD];
  const host = ['-dname', 'CN=broker', '-ext', 'san=ip:127.0.0.1,dns:localhost', '-validity', '2'];
  await keytool('-genkeypair', '-keyalg', 'EC', ...store, ...host);
  await keytool('-exportcert', '-rfc', '-file', certificateFile, ...store);
  const kafka = await startEmbeddedKafka({
    directory: join(directory, 'kafka'),
    quickStart: true,
    security: { keystore, keystorePassword: KEYSTORE_PASSWORD, username: USERNAME, password: PASSWORD },
  });
  return { ...kafka, certificateFile, username: USERNAME, password: PASSWORD };
}

async function keytool(...args: string[]): Promise<void> {
  const { javaHome } = readLocalEnvironment();
  await promisify(execFile)(javaHome === undefined ? 'keytool' : join(javaHome, 'bin', 'keytool'), args);
}
