// zod asks whether it may compile code as soon as a schema is made; the page's CSP forbids that, and the
// browser would report the question as a violation. This module must be the first that is evaluated.
(globalThis as { __zod_globalConfig?: { jitless?: boolean } }).__zod_globalConfig = { jitless: true };
