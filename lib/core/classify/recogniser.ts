import type { ErrorCategory } from './error-category.js';

/** An error as a recogniser sees it: any object, of any library and realm, so every property may be anything. */
export interface ErrorLike {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly syscall?: unknown;
  readonly isAxiosError?: unknown;
  readonly getStatus?: unknown;
  readonly getError?: unknown;
  readonly driverError?: unknown;
  readonly chainedError?: unknown;
}

/**
 * Knows the errors of one origin by name, code or shape, never by class (realms and copies differ), and looks at that error
 * alone, not at its cause. It may throw where a property does.
 */
export type Recogniser = (error: ErrorLike) => ErrorCategory | undefined;
