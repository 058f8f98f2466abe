/** Address of the relay on the server that this page came from. */
export function relayUrl(): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/relay`;
}
