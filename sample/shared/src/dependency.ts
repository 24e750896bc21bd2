import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Behaviour } from './behaviour.js';

const serverFile = fileURLToPath(new URL('./server.js', import.meta.url));

/** The second process. When it is down it is really gone. */
export class Dependency {
  private child: ChildProcess | undefined;

  constructor(readonly port: number) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async become(behaviour: Behaviour): Promise<void> {
    if (behaviour === 'down') return this.stop();
    this.child ??= await this.start();
    this.child.send(behaviour);
  }

  async stop(): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  private async start(): Promise<ChildProcess> {
    const child = fork(serverFile, [String(this.port)]);
    const isUp = await Promise.race([
      once(child, 'message').then(() => true),
      once(child, 'exit').then(() => false),
    ]);
    if (isUp) return child;
    throw new Error(
      `the dependency did not start on port ${this.port}; DEPENDENCY_PORT gives it another one`,
    );
  }
}
