import { serve } from "./serve.js";

process.exit(await serve(process.argv.slice(2), process.env, process.env.INIT_CWD ?? process.cwd()));
