import { asyncApiDocument } from '@floopy/contracts';
import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../access/require-scope';

/** The document of the topics; that of the routes is served by its own viewer. */
@Public()
@ApiExcludeController()
@Controller()
export class DocumentsController {
  private readonly asyncApi = asyncApiDocument();

  @Get('asyncapi.json')
  topics(): ReturnType<typeof asyncApiDocument> {
    return this.asyncApi;
  }
}
