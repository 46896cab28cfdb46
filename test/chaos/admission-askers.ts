import { setTimeout as pause } from 'node:timers/promises';
import { createUsageClient, type UsageClient } from '@floopy/usage-client';
import type { AdmissionAccount } from './admission-account';

export interface AskersOptions {
  readonly urls: readonly string[];
  readonly apiKey: string;
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly organizations: readonly string[];
  readonly random: () => number;
  /** Of those that were not answered, the share that nobody asks for again: what may be held for them has to expire. */
  readonly abandoned: number;
  readonly account: AdmissionAccount;
}

const ASKERS = 8;
const MOST_CENTS = 5;
const TOKENS_PER_CENT = 1_000;
const RETRY_MS = 20;
const REFUSED_MS = 5;
const ANSWER_TIMEOUT_MS = 3_000;
const DELIVERY_TIMEOUT_MS = 120_000;
const NOT_ADMITTED = new Set([402, 503]);

interface Asked {
  readonly organization: string;
  readonly requestId: string;
  readonly cents: number;
}

/**
 * Clients that ask without an end, run what is admitted, and report it as usage that costs all of what was held. A request
 * that was not answered is asked for again under its id, of any process.
 */
export class AdmissionAskers {
  private readonly usage: UsageClient;
  private readonly loops: Promise<void>[];
  private isStopped = false;
  private asked = 0;

  constructor(private readonly options: AskersOptions) {
    const { brokers, topic } = options;
    this.usage = createUsageClient({ brokers, topic, source: '/drill', deliveryTimeoutMs: DELIVERY_TIMEOUT_MS });
    this.loops = Array.from({ length: ASKERS }, () => this.askOn());
  }

  /** @returns once all that was admitted is delivered to the brokers */
  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.loops);
    const { failed } = await this.usage.close({ timeoutMs: DELIVERY_TIMEOUT_MS });
    for (const { id, detail } of failed) this.options.account.fault(`usage ${id} was not delivered: ${detail}`);
  }

  private async askOn(): Promise<void> {
    const { organizations, random } = this.options;
    while (!this.isStopped) {
      this.asked += 1;
      const organization = organizations[Math.floor(random() * organizations.length)] ?? '';
      const cents = 1 + Math.floor(random() * MOST_CENTS);
      await this.askUntilAnswered({ organization, requestId: `req_${this.asked}`, cents });
    }
  }

  private async askUntilAnswered(asked: Asked): Promise<void> {
    const { account, random, abandoned } = this.options;
    for (;;) {
      const status = await this.ask(asked);
      if (status === 200) {
        account.admit(asked.organization, asked.cents);
        return this.report(asked);
      }
      if (status === 402) {
        account.refuse();
        return pause(REFUSED_MS);
      }
      if (status !== null && !NOT_ADMITTED.has(status)) account.fault(`${asked.requestId} was answered with ${status}`);
      if (random() < abandoned) return;
      await pause(RETRY_MS);
    }
  }

  /** @returns null when there was no answer: it may have been admitted, or not */
  private async ask({ organization, requestId, cents }: Asked): Promise<number | null> {
    const { urls, random, apiKey } = this.options;
    const body = {
      organization_id: organization,
      request_id: requestId,
      source: '/drill',
      provider: 'openai',
      model: 'gpt-4o',
      input_tokens: 0,
      max_output_tokens: cents * TOKENS_PER_CENT,
    };
    try {
      const answer = await fetch(`${urls[Math.floor(random() * urls.length)] ?? ''}/v1/admissions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return null;
    }
  }

  private report({ organization, requestId, cents }: Asked): void {
    const outcome = this.usage.record({
      organization_id: organization,
      request_id: requestId,
      origin: 'gateway',
      provider: 'openai',
      model: 'gpt-4o',
      outcome: 'succeeded',
      usage: { input_tokens: 0, output_tokens: cents * TOKENS_PER_CENT },
    });
    if (outcome.type !== 'accepted') this.options.account.fault(`usage of ${requestId} was not taken: ${outcome.type}`);
  }
}
