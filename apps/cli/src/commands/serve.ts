import type { PassThroughCommand } from "../command.js";

export const serve: PassThroughCommand = {
  name: "serve",
  summary: "Runs the server: API, relay, runs and dashboard, with a database of its own.",
  async pass(args, { environment, workingDirectory }) {
    // It brings a database and a web server, which no other command needs.
    const server = await import("@fedloom/server");
    return server.serve(args, environment, workingDirectory);
  },
};
