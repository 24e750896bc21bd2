/** How the dependency of a sample behaves, until it is told otherwise. */
export type Behaviour = 'healthy' | 'slow' | 'failing' | 'limiting' | 'down';
