import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { IsPageSize } from '../http/parameter-rules';

export const LARGEST_PAGE = 200;
export const USUAL_PAGE = 50;

/** What every list takes that is read page by page. */
export class PageQuery {
  @ApiPropertyOptional({ description: `Items on a page, 1 to ${LARGEST_PAGE}; ${USUAL_PAGE} when absent.` })
  @IsOptional()
  @IsPageSize(LARGEST_PAGE)
  limit?: string;

  @ApiPropertyOptional({ description: 'The next_cursor of the page before, with the same other parameters.' })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  cursor?: string;
}
