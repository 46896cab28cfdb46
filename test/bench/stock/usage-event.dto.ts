import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

const MAX_TOKENS = 1_000_000_000;

export class TokenCountsDto {
  @IsInt() @Min(0) @Max(MAX_TOKENS) input_tokens!: number;
  @IsInt() @Min(0) @Max(MAX_TOKENS) output_tokens!: number;
  @IsOptional() @IsInt() @Min(0) @Max(MAX_TOKENS) cache_read_input_tokens = 0;
  @IsOptional() @IsInt() @Min(0) @Max(MAX_TOKENS) cache_creation_5m_input_tokens = 0;
  @IsOptional() @IsInt() @Min(0) @Max(MAX_TOKENS) cache_creation_1h_input_tokens = 0;
  @IsOptional() @IsInt() @Min(0) @Max(MAX_TOKENS) input_audio_tokens = 0;
  @IsOptional() @IsInt() @Min(0) @Max(MAX_TOKENS) cache_read_input_audio_tokens = 0;
  @IsOptional() @IsInt() @Min(0) @Max(MAX_TOKENS) reasoning_output_tokens = 0;
  @IsOptional() @IsInt() @Min(0) @Max(MAX_TOKENS) output_audio_tokens = 0;
}

export class UsageEventDto {
  @IsString() @Length(1, 128) organization_id!: string;
  @IsString() @Length(1, 128) request_id!: string;
  @IsIn(['gateway', 'playground']) origin!: 'gateway' | 'playground';
  @IsString() @Length(1, 128) provider!: string;
  @IsString() @Length(1, 128) model!: string;
  @IsOptional()
  @IsIn(['standard', 'batch', 'flex', 'priority'])
  service_tier: 'standard' | 'batch' | 'flex' | 'priority' = 'standard';
  @IsIn(['succeeded', 'client_aborted', 'upstream_error', 'blocked'])
  outcome!: 'succeeded' | 'client_aborted' | 'upstream_error' | 'blocked';
  @IsOptional() @IsBoolean() cache_hit = false;
  @IsOptional() @IsIn(['platform', 'byok']) credential: 'platform' | 'byok' = 'platform';
  @IsDefined() @ValidateNested() @Type(() => TokenCountsDto) usage!: TokenCountsDto;
  @IsOptional() @IsString() @Length(1, 128) team_id: string | null = null;
  @IsOptional() @IsString() @Length(1, 128) user_id: string | null = null;
  @IsOptional() @IsString() @Length(1, 128) api_key_id: string | null = null;
  @IsOptional() @IsString() @Length(1, 128) prompt_id: string | null = null;
  @IsOptional() @IsString() @Length(1, 128) session_id: string | null = null;
  @IsOptional() @IsString() @Length(1, 128) attempt_id: string | null = null;
  @IsOptional() @IsObject() metadata: Record<string, unknown> | null = null;
}
