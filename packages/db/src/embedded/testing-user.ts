// A process that uses an embedded database, for tests that kill it.
import { sql } from "drizzle-orm";
import { connect, driverError } from "../connection.js";
import { openEmbedded } from "./open-embedded.js";

const [dataDir = ""] = process.argv.slice(2);
const say = (message: unknown) => process.send?.(message);

try {
  const server = await openEmbedded(dataDir);
  const { host, port, user, password, openSocket } = server;
  const connection = connect({ host, port, user, password, database: "postgres", openSocket }, 2);
  process.on("message", async (order: string) => {
    if (order === "close") {
      await connection.close();
      await server.close();
      say("closed");
      process.disconnect();
      return;
    }
    try {
      say({ rows: [...(await connection.queries.execute(sql.raw(order)))] });
    } catch (error) {
      say({ error: driverError(error).message });
    }
  });
  say("open");
} catch (error) {
  say({ error: (error as Error).message });
  process.exitCode = 1;
  process.disconnect?.();
}
