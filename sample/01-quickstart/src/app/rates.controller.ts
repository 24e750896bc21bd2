import { BadGatewayException, Controller, Get, Param } from '@nestjs/common';
import { RatesClient } from './rates.client.js';
import { RatesService } from './rates.service.js';

@Controller()
export class RatesController {
  constructor(
    private readonly rates: RatesService,
    private readonly client: RatesClient,
  ) {}

  /** What users of the application get. */
  @Get('rates/:currency')
  protected(@Param('currency') currency: string) {
    return this.rates.rate(currency);
  }

  /** The same without the module, to compare. */
  @Get('unprotected/rates/:currency')
  unprotected(@Param('currency') currency: string) {
    return this.client.get(currency).catch((cause: unknown) => {
      throw new BadGatewayException('the rates service failed', { cause });
    });
  }
}
