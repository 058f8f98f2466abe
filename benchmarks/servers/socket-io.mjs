// socket.io with its WebSocket transport only, broadcasting to everybody but the sender.
import { createServer } from "node:http";
import { Server } from "socket.io";
import { reportLoop } from "./report-loop.mjs";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false, serveClient: false });
io.on("connection", (socket) => {
  socket.on("event", (data) => socket.broadcast.emit("event", data));
});
http.listen(0, "127.0.0.1", () => reportLoop(http.address().port));
