import { instantOfMilliseconds, organizationIdOf, type UsageEvent } from '@floopy/domain';
import { Controller, UsePipes, ValidationPipe } from '@nestjs/common';
import { Ctx, EventPattern, KafkaContext, Payload } from '@nestjs/microservices';
import { stockSettings } from './settings';
import { UsageEventDto } from './usage-event.dto';
import { UsageService } from './usage.service';

@Controller()
export class StockUsageController {
  constructor(private readonly usage: UsageService) {}

  @EventPattern<string>(stockSettings().topic)
  @UsePipes(new ValidationPipe({ transform: true, whitelist: true }))
  async recorded(@Payload() body: UsageEventDto, @Ctx() context: KafkaContext): Promise<void> {
    const { headers = {}, offset } = context.getMessage();
    const header = (name: string): string => String(headers[name] ?? '');
    const event = toEvent(body, { id: header('ce_id'), source: header('ce_source'), time: header('ce_time') });
    await this.usage.record(event, {
      topic: context.getTopic(),
      partition: context.getPartition(),
      offset: Number(offset),
    });
  }
}

function toEvent(body: UsageEventDto, cloudEvent: { id: string; source: string; time: string }): UsageEvent {
  const { usage } = body;
  return {
    organizationId: organizationIdOf(body.organization_id),
    source: cloudEvent.source,
    id: cloudEvent.id,
    occurredAt: instantOfMilliseconds(Date.parse(cloudEvent.time)),
    requestId: body.request_id,
    origin: body.origin,
    provider: body.provider,
    model: body.model,
    serviceTier: body.service_tier,
    outcome: body.outcome,
    cacheHit: body.cache_hit,
    credential: body.credential,
    tokens: {
      input: usage.input_tokens,
      cacheReadInput: usage.cache_read_input_tokens,
      cacheCreation5mInput: usage.cache_creation_5m_input_tokens,
      cacheCreation1hInput: usage.cache_creation_1h_input_tokens,
      inputAudio: usage.input_audio_tokens,
      cacheReadInputAudio: usage.cache_read_input_audio_tokens,
      output: usage.output_tokens,
      reasoningOutput: usage.reasoning_output_tokens,
      outputAudio: usage.output_audio_tokens,
    },
    teamId: body.team_id,
    userId: body.user_id,
    apiKeyId: body.api_key_id,
    promptId: body.prompt_id,
    sessionId: body.session_id,
    attemptId: body.attempt_id,
    metadata: body.metadata === null ? null : JSON.stringify(body.metadata),
  };
}
