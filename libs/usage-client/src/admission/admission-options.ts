import type { UnaskedRequest } from './admission-outcomes';

export interface AdmissionOptions {
  /** Where the API of Floopy Billing is, such as `https://billing.example.com`. */
  readonly url: string;
  /** With the scope `admission:write`. */
  readonly apiKey: string;
  /** Told of each request that admission could not be asked for, whatever was decided. What it throws is uncaught. */
  readonly onUnasked: (request: UnaskedRequest) => void;
  /** For how long an answer is waited for, connecting included. Default 250 ms. */
  readonly timeoutMs?: number;
  /** Connections at once, which are kept and used again; whatever asks beyond them waits. Default 64. */
  readonly maxConnections?: number;
}

export type AdmissionSettings = Required<Omit<AdmissionOptions, 'url'>> & { readonly url: URL };

export const DEFAULT_ADMISSION_TIMEOUT_MS = 250;
const DEFAULT_MAX_CONNECTIONS = 64;

/** @throws Error that names what no client can work with: a mistake in the caller's configuration. */
export function admissionSettingsOf(options: AdmissionOptions): AdmissionSettings {
  const settings = {
    timeoutMs: DEFAULT_ADMISSION_TIMEOUT_MS,
    maxConnections: DEFAULT_MAX_CONNECTIONS,
    ...options,
    url: urlOf(options.url),
  };
  for (const name of ['timeoutMs', 'maxConnections'] as const) {
    if (!(settings[name] > 0)) throw new Error(`usage client: admission.${name} must be above zero`);
  }
  // Visible ASCII, as a header can carry it; a line break in a key from a file is the usual mistake.
  if (!/^[!-~]+$/.test(settings.apiKey)) throw new Error('usage client: admission.apiKey must be a key, and one line');
  return settings;
}

function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  throw new Error('usage client: admission.url must begin with https:// or http://');
}
