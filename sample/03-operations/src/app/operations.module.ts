import { Module } from '@nestjs/common';
import { ResilienceDashboardModule } from 'nestjs-holdfast/dashboard';
import { AppModule } from '../../../01-quickstart/dist/app/app.module.js';
import { RatesClient } from '../../../01-quickstart/dist/app/rates.client.js';
import { ShopController } from './shop.controller.js';
import { InvoicesService, PricesService } from './shop.service.js';
import { TokenGuard } from './token.guard.js';

/** The quickstart's application, with two more services and the page for those who operate it. */
@Module({
  imports: [AppModule, ResilienceDashboardModule.register({ guards: [TokenGuard], readOnly: false })],
  controllers: [ShopController],
  providers: [RatesClient, PricesService, InvoicesService],
})
export class OperationsModule {}
