export { openNodeWebSocket } from "./open-node-web-socket.js";
