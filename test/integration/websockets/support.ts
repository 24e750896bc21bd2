import { once } from 'node:events';
import type { INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { BaseWsExceptionFilter } from '@nestjs/websockets';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

/** What a gateway sends. */
export interface Received {
  readonly event: string;
  readonly data: unknown;
}

/** Who talks to a gateway, over either platform. */
export interface SocketClient {
  /** Sends a message, and resolves with the next one that comes. */
  ask(event: string, data?: unknown): Promise<Received>;
  send(event: string, data?: unknown): void;
  close(): void;
}

/** A platform of gateways: how an application uses it, and how clients connect. */
export interface Platform {
  /** Whether Nest by itself sends errors to clients of this platform; Nest 11 forgets plain WebSockets. */
  readonly nestSendsErrors: boolean;
  use(app: INestApplication): void;
  connect(url: string): Promise<SocketClient>;
}

const plain: Platform = {
  nestSendsErrors: 'isNativeWebSocket' in BaseWsExceptionFilter.prototype,
  use: (app) => app.useWebSocketAdapter(new WsAdapter(app)),
  async connect(url) {
    const socket = new WebSocket(url.replace('http', 'ws'));
    await once(socket, 'open');
    const send = (event: string, data: unknown = {}): void => socket.send(JSON.stringify({ event, data }));
    return {
      send,
      async ask(event, data) {
        send(event, data);
        const [text] = (await once(socket, 'message')) as [Buffer];
        return JSON.parse(text.toString()) as Received;
      },
      close: () => socket.close(),
    };
  },
};

const socketIo: Platform = {
  nestSendsErrors: true,
  use: (app) => app.useWebSocketAdapter(new IoAdapter(app)),
  async connect(url) {
    const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false });
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    const send = (event: string, data: unknown = {}): void => void socket.emit(event, data);
    return {
      send,
      ask(event, data) {
        const answer = new Promise<Received>((resolve) => {
          const take = (name: string, received: unknown): void => {
            socket.offAny(take);
            resolve({ event: name, data: received });
          };
          socket.onAny(take);
        });
        send(event, data);
        return answer;
      },
      close: () => void socket.disconnect(),
    };
  },
};

/** Every test of gateways runs on both. */
export const socketPlatforms: [string, Platform][] = [
  ['ws', plain],
  ['Socket.IO', socketIo],
];
