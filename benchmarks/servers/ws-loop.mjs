// What most programs do: on every message a loop over all clients, one send each.
import { WebSocket, WebSocketServer } from "ws";
import { reportLoop } from "./report-loop.mjs";

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
server.on("connection", (socket) => {
  socket.on("message", (data) => {
    for (const client of server.clients) {
      if (client !== socket && client.readyState === WebSocket.OPEN) client.send(data, { binary: false });
    }
  });
});
server.on("listening", () => reportLoop(server.address().port));
