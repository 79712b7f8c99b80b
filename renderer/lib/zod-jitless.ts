import { z } from 'zod';

// zod's compiled parsers need `unsafe-eval`, which the page's CSP forbids. Imported first in main.tsx, before any schema is made.
z.config({ jitless: true });
