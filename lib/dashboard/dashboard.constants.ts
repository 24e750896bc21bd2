/** The dashboard's options with their defaults; each registration has its own. */
export const DASHBOARD_SETTINGS = Symbol.for('nestjs-holdfast.dashboard-settings');

/** Of the controllers that are made for registrations. */
export const DASHBOARD_READY = Symbol.for('nestjs-holdfast.dashboard-ready');
