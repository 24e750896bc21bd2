import { Injectable } from '@nestjs/common';

/** A mail server of the sample: what it does with a mail stands in its address. */
@Injectable()
export class MailsClient {
  /** How often each address was tried. */
  readonly attempts = new Map<string, number>();

  async send(address: string): Promise<void> {
    const attempt = (this.attempts.get(address) ?? 0) + 1;
    this.attempts.set(address, attempt);
    if (address.startsWith('nobody')) throw Object.assign(new Error('550 no such mailbox'), { status: 404 });
    if (address.startsWith('slow') && attempt === 1) throw connectionLost();
    if (address.startsWith('later') && attempt <= 3) throw connectionLost();
  }
}

function connectionLost(): Error {
  return Object.assign(new Error('the connection was lost'), { code: 'ECONNRESET' });
}
