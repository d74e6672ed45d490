// Node.js has no `reportError`, by which the module tells why it stops before it does.

export const reportError = globalThis.reportError ?? ((error) => console.error(error));
