/** Version of the engine: raised whenever some scenario's digest changes. Digests are compared within one version. */
export const ENGINE_VERSION = '1.0.0';
