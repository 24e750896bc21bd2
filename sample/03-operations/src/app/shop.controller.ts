import { Controller, Get, Param } from '@nestjs/common';
import { InvoicesService, PricesService } from './shop.service.js';

@Controller()
export class ShopController {
  constructor(
    private readonly prices: PricesService,
    private readonly invoices: InvoicesService,
  ) {}

  @Get('prices/:currency')
  price(@Param('currency') currency: string) {
    return this.prices.price(currency);
  }

  @Get('invoices/:tenant')
  invoice(@Param('tenant') tenant: string) {
    return this.invoices.invoice(tenant);
  }
}
