import type { InjectionToken, ModuleMetadata, OptionalFactoryDependency, Type } from '@nestjs/common';
import type { ModuleOptions, RouteOptions } from '../config/module-options.js';

/** Options of `ResilienceModule.forRoot`. @public */
export type ResilienceModuleOptions = ModuleOptions;

/** What a factory may give: everything but what Nest has to know before any factory runs. */
export type ResilienceFactoryOptions = Omit<ModuleOptions, 'httpErrors' | 'routes'>;

/** A class that makes the options, for `useClass` and `useExisting`. @public */
export interface ResilienceOptionsFactory {
  createResilienceOptions(): ResilienceFactoryOptions | Promise<ResilienceFactoryOptions>;
}

/** Options of `ResilienceModule.forRootAsync`; exactly one of `useFactory`, `useClass` and `useExisting`. @public */
export interface ResilienceModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  /** Providers that the factory gets, in its order. */
  inject?: (InjectionToken | OptionalFactoryDependency)[];
  useFactory?: (...args: any[]) => ResilienceFactoryOptions | Promise<ResilienceFactoryOptions>;
  useClass?: Type<ResilienceOptionsFactory>;
  useExisting?: InjectionToken<ResilienceOptionsFactory>;
  /** As in `forRoot`; here, for Nest binds filters before any factory runs. @defaultValue `false` */
  httpErrors?: boolean;
  /** As in `forRoot`; here, for Nest binds interceptors before any factory runs. */
  routes?: RouteOptions[];
}

/** Options of `ResilienceModule.forFeature`. @public */
export type ResilienceFeatureOptions = Required<Pick<ModuleOptions, 'policies'>>;

/** Options of `ResilienceModule.forFeatureAsync`. @public */
export interface ResilienceFeatureAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  inject?: (InjectionToken | OptionalFactoryDependency)[];
  useFactory: (...args: any[]) => ResilienceFeatureOptions | Promise<ResilienceFeatureOptions>;
}
