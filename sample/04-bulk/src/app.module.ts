import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { ResilienceModule } from 'nestjs-holdfast';
import { sync } from './policy.js';
import { RecordsClient } from './records.client.js';
import { SyncService } from './sync.service.js';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true }),
    // The screen tells what the log would.
    ResilienceModule.forRoot({
      policies: { sync },
      logging: { retry: false, exhausted: false, opened: false, closed: false },
    }),
  ],
  providers: [RecordsClient, SyncService],
})
export class AppModule {}
